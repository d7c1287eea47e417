package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ReadingCursorTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "2026-11-21T02:41:48.123456Z",
        "9999-12-31T23:59:59.999999Z"
      })
  void findsItsPlaceAgain(Instant time) {
    var cursor = ReadingCursor.of(new Reading("a", time, 1));
    assertThat(ReadingCursor.time("after", cursor)).isEqualTo(time);
  }

  @Test
  void showsNoTime() {
    var cursor = ReadingCursor.of(new Reading("a", Instant.parse("2026-11-21T02:41:48Z"), 1));
    assertThat(cursor).matches("[A-Za-z0-9_-]{12}").doesNotContain("2026");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "!",
        "room.1.temperature",
        "AAAA",
        "AAAAAAAAAAAA",
        "AX__________",
        "Af__________",
        "AgAAAAAAAAAA"
      })
  void refusesWhatIsNone(String cursor) {
    assertThatThrownBy(() -> ReadingCursor.time("before", cursor))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("before: must be a cursor of a page");
  }
}
