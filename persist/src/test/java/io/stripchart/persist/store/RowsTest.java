package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RowsTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:41:48.123456Z");
  private static final Map<String, Integer> IDS = Map.of("a", 2, "b", 1);

  private static Reading reading(String series, int micros, double value) {
    return new Reading(series, TIME.plusNanos(micros * 1_000L), value);
  }

  @Test
  void areInTheOrderOfTheirKeys() {
    var rows =
        Rows.of(
            List.of(reading("a", 2, 1), reading("b", 3, 2), reading("a", 1, 3), reading("b", 1, 4)),
            IDS);
    assertThat(Stored.of(rows, Map.of()).added())
        .containsExactly(
            reading("b", 1, 4), reading("b", 3, 2), reading("a", 1, 3), reading("a", 2, 1));
    assertThat((Integer[]) rows.columns(new BatchNumber(new UUID(0, 1), 1)).getValue(0))
        .containsExactly(1, 1, 2, 2);
  }

  @Test
  void theFirstOfEqualKeysStays() {
    var rows = Rows.of(List.of(reading("a", 1, 7), reading("a", 1, 7), reading("a", 1, 8)), IDS);
    var stored = Stored.of(rows, Map.of());
    assertThat(rows.size()).isEqualTo(1);
    assertThat(stored.added()).containsExactly(reading("a", 1, 7));
    assertThat(stored.duplicates()).isEqualTo(1);
    assertThat(stored.conflicts()).containsExactly(new Conflict(reading("a", 1, 8), 7));
  }

  @Test
  void whatWasStoredBeforeIsNotAdded() {
    var rows = Rows.of(List.of(reading("a", 1, 7), reading("a", 2, 8), reading("a", 3, 9)), IDS);
    var stored = Stored.of(rows, Map.of(0, 7.0, 2, 10.0));
    assertThat(stored.added()).containsExactly(reading("a", 2, 8));
    assertThat(stored.duplicates()).isEqualTo(1);
    assertThat(stored.conflicts()).containsExactly(new Conflict(reading("a", 3, 9), 10));
  }

  @Test
  void equalKeysAreHeldAgainstWhatWasStoredBefore() {
    var rows = Rows.of(List.of(reading("a", 1, 8), reading("a", 1, 8), reading("a", 1, 7)), IDS);
    var stored = Stored.of(rows, Map.of(0, 7.0));
    assertThat(stored.added()).isEmpty();
    assertThat(stored.duplicates()).isEqualTo(1);
    assertThat(stored.conflicts()).hasSize(2);
  }

  @Test
  void haveTheirKeysInOrder() {
    var rows = Rows.of(List.of(reading("b", 5, 1), reading("a", 1, 1), reading("b", 9, 1)), IDS);
    var keys = rows.keys();
    assertThat(keys.getArrayOfIntegers(0)).containsExactly(1, 1, 2);
    assertThat(keys.getArrayOfOffsetDateTimes(1))
        .extracting(OffsetDateTime::toInstant)
        .containsExactly(
            reading("b", 5, 1).time(), reading("b", 9, 1).time(), reading("a", 1, 1).time());
  }
}
