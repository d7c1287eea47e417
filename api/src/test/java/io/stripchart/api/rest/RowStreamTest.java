package io.stripchart.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RowStreamTest {
  @Test
  void admitsNoMoreThanItsLimitHoweverManyComeAtOnce() {
    for (int round = 0; round < 200; round++) {
      var metrics = new ApiMetrics(new SimpleMeterRegistry());
      long admitted =
          IntStream.range(0, 1_000)
              .parallel()
              .filter(request -> RowStream.isAdmitted(metrics))
              .count();
      assertThat(admitted).isEqualTo(RowStream.MAX);
      assertThat(metrics.streams()).hasValue(RowStream.MAX);
    }
  }
}
