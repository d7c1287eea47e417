package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.Subprotocol;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(10)
class FeedLogTest {
  private static final Logger logger = (Logger) LoggerFactory.getLogger(FeedLog.class);

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private long nanos;
  private final FeedLog log =
      new FeedLog(
          FeedList.parse("a=ws://h/", Duration.ofSeconds(30)).get(0),
          new IngestMetrics(registry),
          () -> nanos);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  private List<String> logged(String event) {
    return lines.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("event=" + event + " "))
        .toList();
  }

  private void connectAndLose(Outcome outcome) {
    log.connected(Subprotocol.PLAIN);
    log.lost(new Subscription.Ending(outcome, "try later", Instant.EPOCH, false));
    log.away(outcome, "try later");
  }

  @Test
  void logsEachKindOfLineOnceAMinute() {
    for (int i = 0; i < 100; i++) connectAndLose(Outcome.LOST);
    assertThat(logged("feed_connected")).hasSize(1);
    assertThat(logged("feed_gap")).hasSize(1);
    assertThat(logged("feed_away")).hasSize(1);
    assertThat(registry.get("stripchart.feeds.gaps").counter().count()).isEqualTo(100);
    log.away(Outcome.AWAY, "Connection refused");
    assertThat(logged("feed_away")).hasSize(2);
    nanos += Duration.ofMinutes(1).toNanos();
    connectAndLose(Outcome.LOST);
    assertThat(logged("feed_gap")).hasSize(2);
    assertThat(logged("feed_gap").get(1)).contains("held_back=98");
    assertThat(logged("feed_away").get(2)).contains("kind=LOST").contains("held_back=99");
  }
}
