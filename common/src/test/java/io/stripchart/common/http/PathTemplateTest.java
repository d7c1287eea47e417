package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PathTemplateTest {
  private static final PathTemplate ROOM = new PathTemplate("/api/rooms/{room}");

  private static boolean isRoom(String path) {
    return ROOM.matches(PathTemplate.segments(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/rooms/101", "/api/rooms/%31", "/api/rooms/", "/api/rooms/{room}"})
  void matchesWhateverTheSegmentSays(String path) {
    assertThat(isRoom(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/rooms", "/api/rooms/101/", "/api/room/101", "//rooms/101"})
  void matchesNoOtherPath(String path) {
    assertThat(isRoom(path)).isFalse();
  }

  @Test
  void isShownAsItWasGiven() {
    assertThat(ROOM).hasToString("/api/rooms/{room}");
  }
}
