package io.stripchart.api.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.control.FeedStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KnownFeedsTest {
  private final AtomicLong now = new AtomicLong();
  private final KnownFeeds feeds = new KnownFeeds(now::get);

  private void hear(String feed) {
    feeds.heard(
        new FeedStatus(
            feed, "ws://x/", FeedStatus.State.CONNECTED, Instant.EPOCH, 0, 0, null, null, null));
  }

  private void pass(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void forgetsWhatIsNotHeardOfAnyMore() {
    hear("a");
    pass(FeedStatus.STALE_SECONDS);
    hear("b");
    assertThat(feeds.all()).hasSize(2);
    pass(1);
    assertThat(feeds.all()).extracting(FeedStatus::feed).containsExactly("b");
  }

  @Test
  void holdsSoManyAndNoMore() {
    for (int i = 0; i <= KnownFeeds.MAX_FEEDS; i++) hear("f" + i);
    assertThat(feeds.all()).hasSize(KnownFeeds.MAX_FEEDS);
  }

  @Test
  void knowsTheOnlyOneWithoutItsName() {
    hear("a");
    assertThat(feeds.named(null)).isEqualTo("a");
    assertThat(feeds.named("a")).isEqualTo("a");
    assertThatThrownBy(() -> feeds.named("b")).hasMessageContaining("one of a");
  }

  @Test
  void namesAFewOfMany() {
    for (int i = 10; i < 40; i++) hear("f" + i);
    assertThatThrownBy(() -> feeds.named(null))
        .hasMessageContaining("f10, f11")
        .hasMessageContaining("and 10 more");
  }
}
