package io.stripchart.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
      var places = new RowStream.Places();
      long admitted =
          IntStream.range(0, 1_000)
              .parallel()
              .filter(request -> isAdmitted(places, request % 100, metrics))
              .count();
      assertThat(admitted).isEqualTo(32);
      assertThat(metrics.streams()).hasValue(32);
    }
  }

  @Test
  void leavesOtherAddressesAShare() {
    var metrics = new ApiMetrics(new SimpleMeterRegistry());
    var places = new RowStream.Places();
    var held = IntStream.range(0, 16).mapToObj(i -> places.take("one", metrics)).toList();
    assertThatThrownBy(() -> places.take("one", metrics))
        .hasMessageContaining("at most 16 streams at a time from one address");
    for (int i = 0; i < 16; i++) places.take("other", metrics);
    assertThatThrownBy(() -> places.take("third", metrics))
        .hasMessageContaining("at most 32 streams at a time;");
    held.get(0).giveBack();
    places.take("one", metrics);
    assertThat(metrics.streams()).hasValue(32);
  }

  private static boolean isAdmitted(RowStream.Places places, int address, ApiMetrics metrics) {
    try {
      return places.take(address, metrics) != null;
    } catch (ProblemException full) {
      return false;
    }
  }
}
