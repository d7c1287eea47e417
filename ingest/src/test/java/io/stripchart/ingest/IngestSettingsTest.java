package io.stripchart.ingest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.SettingsException;
import io.stripchart.ingest.feed.Feed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class IngestSettingsTest {
  @TempDir private Path folder;

  private static IngestSettings from(Map<String, String> environment) {
    var settings = new Settings(environment);
    var ingest = IngestSettings.from(settings);
    settings.check();
    return ingest;
  }

  @Test
  void recordsTheSatelliteByDefault() {
    var ingest = from(Map.of());
    assertThat(ingest.port()).isEqualTo(8001);
    assertThat(ingest.buffer()).isEqualTo(100_000);
    assertThat(ingest.feeds()).hasSize(1);
    var feed = ingest.feeds().get(0);
    assertThat(feed.series()).isEqualTo("satellite.temperature");
    assertThat(feed.address().shown()).isEqualTo("ws://127.0.0.1:4000/graphql");
    assertThat(feed.idle()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void followsTheSatellitesPort() {
    var feeds = from(Map.of("STRIPCHART_SATELLITE_PORT", "4711")).feeds();
    assertThat(feeds.get(0).address().shown()).isEqualTo("ws://127.0.0.1:4711/graphql");
  }

  @Test
  void followsWhereTheSatelliteListens() {
    assertThat(satelliteAt("192.0.2.7")).isEqualTo("ws://192.0.2.7:4000/graphql");
    assertThat(satelliteAt("0.0.0.0")).isEqualTo("ws://127.0.0.1:4000/graphql");
    assertThat(satelliteAt("2001:db8::7")).isEqualTo("ws://[2001:db8::7]:4000/graphql");
  }

  private static String satelliteAt(String host) {
    return from(Map.of("STRIPCHART_HOST", host)).feeds().get(0).address().shown();
  }

  @Test
  void addsTheFeedsOfAFile() throws IOException {
    var file =
        Files.writeString(folder.resolve("feeds.json"), "[{\"series\":\"b\",\"url\":\"ws://h\"}]");
    assertThat(from(Map.of("STRIPCHART_FEEDS_FILE", file.toString())).feeds())
        .extracting(Feed::series)
        .containsExactly("b");
    assertThat(
            from(Map.of("STRIPCHART_FEEDS_FILE", file.toString(), "STRIPCHART_FEEDS", "a=ws://h"))
                .feeds())
        .extracting(Feed::series)
        .containsExactly("a", "b");
  }

  @Test
  void takesFiveHundredFeedsAndNoMore() {
    assertThat(from(Map.of("STRIPCHART_FEEDS", feeds(500))).feeds()).hasSize(500);
    assertThatThrownBy(() -> from(Map.of("STRIPCHART_FEEDS", feeds(501))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("feeds: there are 501; a process takes at most 500");
  }

  private static String feeds(int count) {
    return IntStream.range(0, count).mapToObj(i -> "s" + i + "=ws://h").collect(joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "STRIPCHART_FEEDS|a=ws://h,a=ws://i|the series a has two",
        "STRIPCHART_FEEDS|a=http://user:hush@h|STRIPCHART_FEEDS: feed 1: url",
        "STRIPCHART_FEEDS_FILE|/nowhere.json|STRIPCHART_FEEDS_FILE: cannot read",
        "STRIPCHART_FEED_IDLE|PT0S|STRIPCHART_FEED_IDLE",
        "STRIPCHART_INGEST_BUFFER|99|STRIPCHART_INGEST_BUFFER",
        "STRIPCHART_INGEST_PORT|65536|STRIPCHART_INGEST_PORT",
        "STRIPCHART_PUSH_WINDOW|9999|STRIPCHART_PUSH_WINDOW"
      })
  void refusesWhatIsOutOfRange(String name, String text, String problem) {
    assertThatThrownBy(() -> from(Map.of(name, text)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("hush");
  }
}
