package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.ingest.protocol.Subprotocol;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class FeedListTest {
  private static List<Feed> parse(String text) {
    return FeedList.parse(text, Duration.ofSeconds(30));
  }

  @Test
  void readsSeveralFeeds() {
    var feeds = parse("a.b=ws://h:1/graphql , c=wss://h/x|subscription { humidity }");
    assertThat(feeds).extracting(Feed::series).containsExactly("a.b", "c");
    assertThat(feeds.get(0).request().query()).isEqualTo("subscription { temperature }");
    assertThat(feeds.get(1).request().query()).isEqualTo("subscription { humidity }");
    assertThat(feeds.get(1).address().isEncrypted()).isTrue();
  }

  @Test
  void leavesTheCommasOfAQueryAlone() {
    var query = "subscription($a: Int, $b: Int) { t(a: \"x,y\", b: [1,2]) { time, value } }";
    var feeds = parse("a=ws://h|" + query + ",b=ws://[::1]:4000/|");
    assertThat(feeds).hasSize(2);
    assertThat(feeds.get(0).request().query()).isEqualTo(query);
  }

  @Test
  void takesABarWithoutAQueryForAPlainFeed() {
    assertThat(parse("a=ws://h|").get(0).request().protocol()).isEqualTo(Subprotocol.PLAIN);
    assertThat(parse("a=ws://h").get(0).request().protocol()).isNull();
  }

  @Test
  void takesNoneForNoFeeds() {
    assertThat(parse("none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nothing|feed 1: must be series=url",
        "a=ws://h,|feed 2: must be series=url",
        "a..b=ws://h|feed 1: series \"a..b\": empty word",
        "=ws://h|feed 1: series: must not be empty",
        "a=http://user:hush@h|feed 1: url: must begin with ws:// or wss://",
        "a=ws://user:hush@h:0/|feed 1: url: the port",
        "a=ws://user:hush@h:70000/|feed 1: url: the port",
        "a=ws:///path?hush|feed 1: url: has no host",
        "a=ws://user:hush@h/<>|feed 1: url: character",
        "a=ws://h/#hush|feed 1: url: must not have a fragment",
        "a=ws://h/{|a bracket or a quote is not closed"
      })
  void saysWhatIsWrongAndShowsNoUrl(String text, String problem) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("hush");
  }

  @Test
  void showsNoCredentials() {
    var feed = parse("a=wss://user:hush@h:444/graphql?token=hush").get(0);
    assertThat(feed.address().shown()).isEqualTo("wss://h:444/graphql?…");
    assertThat(feed.toString()).doesNotContain("hush");
  }
}
