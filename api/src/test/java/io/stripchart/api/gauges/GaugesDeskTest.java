package io.stripchart.api.gauges;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class GaugesDeskTest {
  private static final Instant TIME = Instant.parse("2026-11-21T12:00:00.123999Z");

  @Test
  void writesEachReadingWithItsMilliseconds() {
    var readings = List.of(new Reading("a.b-c_D", TIME, -21.5), new Reading("a.d", TIME, 1e-300));
    assertThat(GaugesDesk.text(readings).lines())
        .containsExactly(
            "# HELP stripchart_reading The latest reading of a series, in the series' unit.",
            "# TYPE stripchart_reading gauge",
            "stripchart_reading{series=\"a.b-c_D\"} -21.5 1795262400123",
            "stripchart_reading{series=\"a.d\"} 1.0E-300 1795262400123");
  }

  @Test
  void endsEachLineAlsoWhereThereIsNoReading() {
    assertThat(GaugesDesk.text(List.of())).endsWith("gauge\n");
  }
}
