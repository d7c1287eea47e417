package io.stripchart.api.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.rest.Reply;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RoomViewTest {
  private static final RollingAverage AVERAGE =
      new RollingAverage(21.5, 2, Instant.EPOCH, Instant.EPOCH.plusSeconds(900));

  private final RoomView view = new RoomView(new RoomName(null, "101"));

  private static Reading of(String series, int seconds, double value) {
    return new Reading(series, Instant.EPOCH.plusSeconds(seconds), value);
  }

  private String text(RollingAverage average) {
    return ((Reply.Kept) view.reply(average)).body().toString();
  }

  @Test
  void keepsTheLatestOfEachSensorAndQuantity() {
    view.add(
        List.of(
            of("room.101.7.humidity", 1, 40),
            of("room.101.7.temperature", 2, 20),
            of("room.101.7.temperature", 1, 19)));
    view.add(List.of(of("room.101.10.temperature", 1, 22)));
    assertThat(view.sensors().stream().map(one -> one.current().value()))
        .containsExactly(22.0, 40.0, 20.0);
    assertThat(text(AVERAGE))
        .startsWith("{\"room\":\"101\",\"average\":21.5,\"count\":2,\"sensors\":2,\"current\":[")
        .contains(
            "{\"sensor\":\"7\",\"quantity\":\"humidity\",\"time\":\"1970-01-01T00:00:01.000000Z\"");
  }

  @Test
  void isPutTogetherAgainOnlyWhereSomethingHasChanged() {
    view.add(List.of(of("room.101.7.temperature", 2, 20)));
    var first = view.reply(AVERAGE);
    view.add(List.of(of("room.101.7.temperature", 1, 19)));
    var later = new RollingAverage(21.5, 2, Instant.EPOCH, Instant.EPOCH.plusSeconds(901));
    assertThat(view.reply(later)).isSameAs(first);
    view.add(List.of(of("room.101.7.temperature", 3, 20)));
    assertThat(view.reply(later)).isNotSameAs(first);
    var second = view.reply(later);
    assertThat(view.reply(new RollingAverage(21.5, 3, Instant.EPOCH, Instant.EPOCH)))
        .isNotSameAs(second);
  }

  @Test
  void isUnknownWithoutASeries() {
    assertThat(view.isKnown()).isFalse();
    view.put("room.101.7.temperature", null);
    assertThat(view.isKnown()).isTrue();
    assertThat(text(new RollingAverage(null, 0, Instant.EPOCH, Instant.EPOCH)))
        .isEqualTo(
            "{\"room\":\"101\",\"average\":null,\"count\":0,\"sensors\":1,\"current\":"
                + "[{\"sensor\":\"7\",\"quantity\":\"temperature\",\"time\":null,\"value\":null}]}");
  }

  @Test
  void weighsMoreWithMoreSensorsAndNotWithMoreReadings() {
    view.add(List.of(of("room.101.7.temperature", 1, 1)));
    long one = view.weight();
    view.add(List.of(of("room.101.7.temperature", 2, 1)));
    assertThat(view.weight()).isEqualTo(one);
    view.add(List.of(of("room.101.8.temperature", 2, 1)));
    assertThat(view.weight()).isGreaterThan(one);
  }

  @Test
  void refusesNamesThatLeaveNoRoomForASensors() {
    assertThat(new RoomName(null, "a".repeat(246)).series()).isNotNull();
    assertThatThrownBy(() -> new RoomName(null, "a".repeat(247)))
        .hasMessageContaining("room: at most 246 characters here");
  }
}
