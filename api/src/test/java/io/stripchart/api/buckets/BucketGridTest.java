package io.stripchart.api.buckets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BucketGridTest {
  private static BucketGrid grid(String from, String to, String width, String zone) {
    return BucketGrid.of(
        Instant.parse(from), Instant.parse(to), BucketWidth.of(width), ZoneId.of(zone));
  }

  private static List<Instant> times(String... times) {
    return Arrays.stream(times).map(Instant::parse).toList();
  }

  @Test
  void dividesTheWindowWhereBucketsBegin() {
    var grid = grid("2026-03-01T00:20:00Z", "2026-03-01T01:00:00Z", "PT15M", "UTC");
    assertThat(grid.starts())
        .isEqualTo(times("2026-03-01T00:15:00Z", "2026-03-01T00:30:00Z", "2026-03-01T00:45:00Z"));
    assertThat(grid.thresholds())
        .isEqualTo(
            times(
                "2026-03-01T00:20:00Z",
                "2026-03-01T00:30:00Z",
                "2026-03-01T00:45:00Z",
                "2026-03-01T01:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    // 7 hours, 90 minutes and 1.5 seconds from the epoch, whatever the zone.
    "PT7H, 1970-01-01T08:00:00Z, 1970-01-01T07:00:00Z",
    "PT1H30M, 1970-01-01T02:00:00Z, 1970-01-01T01:30:00Z",
    "PT1.5S, 1970-01-01T00:00:02Z, 1970-01-01T00:00:01.500Z",
    "PT1S, 2026-02-01T00:00:00.999999Z, 2026-02-01T00:00:00Z",
    // Days from local midnight, weeks from Monday.
    "P1D, 2026-02-01T12:00:00Z, 2026-01-31T23:00:00Z",
    "P1W, 2026-11-21T12:00:00Z, 2026-11-15T23:00:00Z",
    "P1W, 1970-01-01T12:00:00Z, 1969-12-28T23:00:00Z",
    "P1M, 2026-02-28T23:30:00Z, 2026-02-28T23:00:00Z",
    "P3M, 2026-06-30T21:59:59.999999Z, 2026-03-31T22:00:00Z",
    "P1Y, 2026-06-30T12:00:00Z, 2025-12-31T23:00:00Z",
    "P10Y, 2026-06-30T12:00:00Z, 2019-12-31T23:00:00Z"
  })
  void alignsInBerlin(String width, Instant time, Instant start) {
    var grid =
        BucketGrid.of(
            time, time.plusNanos(1_000), BucketWidth.of(width), ZoneId.of("Europe/Berlin"));
    assertThat(grid.starts()).containsExactly(start);
    assertThat(grid.thresholds()).containsExactly(time, time.plusNanos(1_000));
  }

  @Test
  void givesTheDaysOfDaylightSavingTheirOwnLengths() {
    assertThat(
            grid("2026-03-28T00:00:00Z", "2026-03-30T22:00:00Z", "P1D", "Europe/Berlin").starts())
        .isEqualTo(times("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
    assertThat(
            grid("2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z", "P1D", "Europe/Berlin").starts())
        .isEqualTo(times("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
  }

  @Test
  void hasDaysThatBeginInTheMiddleOfAnHour() {
    assertThat(grid("2026-01-01T00:00:00Z", "2026-01-02T18:30:00Z", "P1D", "Asia/Kolkata").starts())
        .isEqualTo(times("2025-12-31T18:30:00Z", "2026-01-01T18:30:00Z"));
  }

  @Test
  void endsMonthsWhereTheyEnd() {
    assertThat(grid("2028-01-31T00:00:00Z", "2028-04-01T00:00:00Z", "P1M", "UTC").starts())
        .isEqualTo(times("2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"));
  }

  @Test
  void beginsDaysThatHaveNoMidnight() {
    // In 2018, São Paulo's clocks went from 0 to 1 o'clock on 4 November.
    assertThat(
            grid("2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z", "P1D", "America/Sao_Paulo")
                .starts())
        .isEqualTo(times("2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"));
  }

  @Test
  void leavesOutADayThatAZoneLeftOut() {
    // Samoa had no 30 December 2011.
    assertThat(grid("2011-12-29T12:00:00Z", "2012-01-01T00:00:00Z", "P1D", "Pacific/Apia").starts())
        .isEqualTo(times("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"));
  }

  @Test
  void hasTenThousandBucketsAtMost() {
    assertThat(grid("2026-01-01T00:00:00Z", "2026-01-01T02:46:40Z", "PT1S", "UTC").size())
        .isEqualTo(10_000);
    assertThatThrownBy(
            () -> grid("2026-01-01T00:00:00.5Z", "2026-01-01T02:46:40.5Z", "PT1S", "UTC"))
        .isInstanceOf(ApiException.class)
        .hasMessage("width: must be such that the window has at most 10,000 buckets, has 10,001");
    assertThatThrownBy(() -> grid("1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "PT1S", "UTC"))
        .hasMessageContaining("width");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z"})
  void refusesAWindowThatIsNone(String to) {
    assertThatThrownBy(() -> grid("2026-01-01T00:00:00Z", to, "PT1S", "UTC"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("to: must be after from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1h",
        "PT0S",
        "PT0.5S",
        "-PT1H",
        "PT24H",
        "P1DT1H",
        "P0D",
        "P1Y2M",
        "P10000D",
        "PT1.0000005S",
        "PT99999999999999999999S"
      })
  void refusesAWidthThatIsNone(String width) {
    assertThatThrownBy(() -> BucketWidth.of(width))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("width: must be an ISO 8601 duration")
        .hasMessageContaining("P1D");
  }
}
