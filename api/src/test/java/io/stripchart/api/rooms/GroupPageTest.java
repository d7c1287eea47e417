package io.stripchart.api.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stored.GroupRange;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class GroupPageTest {
  private static final Set<String> KNOWN = Set.of("room.10-1.1.t", "room.10.1.t");

  /** Of the rooms 10-1 and 10, as those behind the room 1. */
  private static GroupPage<String> page(boolean more) {
    var range = RoomName.range(null, "1");
    var extent = new GroupPage.Extent(range, more ? range.endOf("10") : range.end(), name -> name);
    return new GroupPage<>(List.of("10-1", "10"), more, extent, KNOWN);
  }

  private static Reading of(String series) {
    return new Reading(series, Instant.EPOCH, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"room.10.2.t", "room.10-1.0.t", "room.10-2.1.t", "room.10-.1.t"})
  void isToBeLoadedAgainWhereASeriesAppearsInIt(String series) {
    var page = page(true);
    page.add(List.of(of("room.10.1.t"), of(series)));
    assertThat(page.covers()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"room.10.1.t", "room.1.1.t", "room.1-0.1.t", "room.101.1.t", "room.2.1.t"})
  void staysRightWhateverElseIsStored(String series) {
    var page = page(true);
    page.add(List.of(of(series), of(series)));
    assertThat(page.covers()).isTrue();
  }

  @Test
  void takesWhateverAppearsBehindTheLastPage() {
    var page = page(false);
    page.add(List.of(of("room.101.1.t")));
    assertThat(page.covers()).isFalse();
    assertThat(page.last(name -> name)).isNull();
    assertThat(page(true).last(name -> name)).isEqualTo("10");
  }

  @Test
  void knowsThatItWasAskedForBefore() {
    var page = page(true);
    assertThat(page.askedBefore()).isFalse();
    assertThat(page.askedBefore()).isTrue();
  }

  @Test
  void tellsGroupsByTheirWord() {
    var range = new GroupRange("building.B1.room.", "\\.[^.]+\\.[^.]+", "a");
    assertThat(range.group("building.B1.room.10-1.7.temperature")).isEqualTo("10-1");
    assertThat(range.begin()).isEqualTo("building.B1.room.a/");
    assertThat(range.end()).isEqualTo("building.B1.room/");
  }
}
