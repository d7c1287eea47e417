package io.stripchart.compose.building;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class BuildingSettingsTest {
  private static BuildingSettings read(Map<String, String> environment) {
    var settings = new Settings(environment);
    var read = BuildingSettings.from(settings);
    settings.check();
    return read;
  }

  private static Building building(String text) {
    return read(Map.of("STRIPCHART_SIMULATE", text)).building().orElseThrow();
  }

  @Test
  void simulatesNothingUnlessTold() {
    assertThat(read(Map.of()).building()).isEmpty();
    assertThat(read(Map.of("STRIPCHART_SIMULATE", "none")).building()).isEmpty();
  }

  @Test
  void takesTheSizeOfABuilding() {
    assertThat(building("rooms:100x10")).isEqualTo(new Building(100, 10, Duration.ofSeconds(10)));
    assertThat(building("rooms:1x1@PT0.1S")).isEqualTo(new Building(1, 1, Duration.ofMillis(100)));
    assertThat(building("rooms:10000x10@PT1H")).hasToString("rooms:10000x10@PT1H");
  }

  @ParameterizedTest
  @CsvSource({
    "100x10,is no rooms:ROOMSxSENSORS",
    "rooms:100,is no rooms:ROOMSxSENSORS",
    "rooms:-1x10,is no rooms:ROOMSxSENSORS",
    "rooms:0x10,rooms: 0",
    "rooms:10001x1,rooms: 10001",
    "rooms:1x0,sensors of a room: 0",
    "rooms:1x10001,sensors of a room: 10001",
    "rooms:10000x11,sensors in all: 110000",
    "rooms:1x1@1s,is no ISO 8601 duration",
    "rooms:1x1@PT0.09S,the interval is PT0.09S",
    "rooms:1x1@PT1H1S,the interval is PT1H1S"
  })
  void refusesASizeOutOfBounds(String text, String why) {
    assertThatThrownBy(() -> building(text))
        .hasMessageContaining("STRIPCHART_SIMULATE: ")
        .hasMessageContaining(why)
        .hasMessageContaining("must be rooms:ROOMSxSENSORS");
  }

  @Test
  void takesAnotherIngest() {
    assertThat(read(Map.of("STRIPCHART_SIMULATE_URL", "http://ingest:8001")).url())
        .hasValue(URI.create("http://ingest:8001"));
    assertThat(read(Map.of("STRIPCHART_SIMULATE_URL", "http://[::1]:8001")).url()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "ingest:8001",
    "https://ingest:8001",
    "http://",
    "http://ingest:8001/",
    "http://ingest:8001/readings",
    "http://ingest:8001?x",
    "http://user:hunter2@ingest:8001",
    "http://in gest",
    "http:8001"
  })
  void refusesAnUrlThatIsNotJustHostAndPort(String url) {
    assertThatThrownBy(() -> read(Map.of("STRIPCHART_SIMULATE_URL", url)))
        .hasMessageContaining("STRIPCHART_SIMULATE_URL: ")
        .hasMessageContaining("must be http://host:port")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void numbersRoomsByTheirFloors() {
    assertThat(IntStream.of(0, 1, 19, 20, 99).map(Building::number))
        .containsExactly(101, 102, 120, 201, 520);
    assertThat(IntStream.range(0, Building.MAX_ROOMS).map(Building::number).distinct().count())
        .isEqualTo(Building.MAX_ROOMS);
  }
}
