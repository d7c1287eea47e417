package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class FeedFileTest {
  private static List<Feed> parse(String json) {
    return FeedFile.parse(Buffer.buffer(json.replace('\'', '"')), Duration.ofSeconds(30));
  }

  @Test
  void readsAFeedWithEverything() {
    var feed =
        parse(
                """
                [{'series': 'a', 'url': 'wss://h/graphql', 'query': 'subscription { t }',
                  'variables': {'x': 1}, 'protocol': 'graphql-ws', 'idle': 'PT2S',
                  'precision': 'ms',
                  'headers': {'Authorization': 'Bearer hush'}, 'connectionParams': {'k': 'hush'}}]
                """)
            .get(0);
    assertThat(feed.idle()).isEqualTo(Duration.ofSeconds(2));
    assertThat(feed.request().protocol()).isEqualTo(Subprotocol.LEGACY);
    assertThat(feed.request().precision()).isEqualTo(EpochPrecision.MILLISECONDS);
    assertThat(feed.request().variables()).isEqualTo("{\"x\":1}");
    assertThat(feed.address().headers().get("authorization").reveal()).isEqualTo("Bearer hush");
    assertThat(feed.toString()).doesNotContain("hush");
  }

  @Test
  void leavesTheRestToDefaults() {
    var feed = parse("[{'series': 'a', 'url': 'ws://h'}]").get(0);
    assertThat(feed.request()).isEqualTo(FeedRequest.negotiated(FeedRequest.DEFAULT_QUERY));
    assertThat(feed.idle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(parse("[]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|the file must hold a JSON array",
        "{}|the file must hold a JSON array",
        "[7]|feed 1: must be an object",
        "[{'url':'ws://h'}]|feed 1: series: is missing",
        "[{'series':'a'}]|feed 1: url: is missing",
        "[{'series':'a','url':'ws://h'},{'series':'a b','url':'ws://h'}]|feed 2: series \"a b\"",
        "[{'series':'a','url':'ftp://hush@h'}]|feed 1: url: must begin",
        "[{'series':'a','url':'ws://h','protcol':'plain'}]|feed 1: protcol: is no field",
        "[{'series':'a','url':'ws://h','protocol':'mqtt'}]|feed 1: protocol: must be",
        "[{'series':'a','url':'ws://h','idle':'30s'}]|feed 1: idle: must be",
        "[{'series':'a','url':'ws://h','idle':'PT0S'}]|feed 1: idle: must be",
        "[{'series':'a','url':'ws://h','precision':'min'}]|feed 1: precision: must be s, ms, us, ns",
        "[{'series':'a','url':'ws://h','precision':1}]|feed 1: precision: must be a string",
        "[{'series':'a','url':'ws://h','headers':['hush']}]|feed 1: headers: must be an object",
        "[{'series':'a','url':'ws://h','headers':{'A':7}}]|feed 1: headers: A: must be a string",
        "[{'series':'a','url':'ws://h','headers':{'Authorization:':'hush'}}]|feed 1: headers: 'Authorization:' is no name of a header",
        "[{'series':'a','url':'ws://h','headers':{'':'hush'}}]|headers: '' is no name of a header",
        "[{'series':'a','url':'ws://h','headers':{'A B':'hush'}}]|headers: 'A B' is no name of a header",
        "[{'series':'a','url':'ws://h','headers':{'A\\n':'hush'}}]|is no name of a header",
        "[{'series':'a','url':'ws://h','headers':{'Ä':'hush'}}]|headers: 'Ä' is no name of a header",
        "[{'series':'a','url':'ws://h','headers':{'A':'x\\nhush'}}]|headers: A: character 2 cannot stand in a header",
        "[{'series':'a','url':'ws://h','headers':{'A':'x\\u0000hush'}}]|headers: A: character 2",
        "[{'series':'a','url':'ws://h','headers':{'A':'hush…'}}]|headers: A: character 5",
        "[{'series':'a','url':'ws://h','headers':{'A':'hush','a':'b'}}]|is given twice",
        "[{'series':'a','url':'ws://h','headers':{'Upgrade':'hush'}}]|headers: Upgrade belongs to the handshake",
        "[{'series':'a','url':'ws://h','headers':{'sec-websocket-protocol':'hush'}}]|handshake itself; set protocol",
        "[{'series':'a','url':'ws://h','query':''}]|feed 1: query: must be a string",
        "[{'series':'a','url':'ws://h','trust':'/nowhere.pem'}]|feed 1: trust: cannot read"
      })
  void saysWhatIsWrongAndShowsNoSecret(String json, String problem) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem.replace('\'', '"'))
        .hasMessageNotContaining("hush");
  }

  @Test
  void saysThatAFileOfTrustHoldsNoCertificate(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("ca.pem"), "hush");
    assertThatThrownBy(() -> parse("[{'series':'a','url':'wss://h','trust':'" + file + "'}]"))
        .hasMessage("feed 1: trust: the file holds no certificate in PEM form");
  }

  @Test
  void saysThatItCannotReadTheFile() {
    assertThatThrownBy(() -> FeedFile.read(Path.of("/nowhere.json"), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot read");
  }
}
