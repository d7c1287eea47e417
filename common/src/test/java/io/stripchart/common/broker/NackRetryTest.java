package io.stripchart.common.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.OutboundQueue.OutboundBatch;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NackRetryTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BlockingQueue<OutboundBatch> again = new LinkedBlockingQueue<>();
  private final NackRetry retry =
      new NackRetry(
          "test",
          new PublisherMetrics(registry, "test", new AtomicInteger()),
          ReconnectingConnection::after,
          again::add,
          this::nanoTime);
  private final Object connection = new Object();
  private long now;

  private long nanoTime() {
    return now;
  }

  private void pass(int seconds) {
    now += SECONDS.toNanos(seconds);
  }

  private static OutboundBatch batch() {
    var message = new Message("exchange", "room.1", new byte[0], java.util.Map.of(), true);
    return new OutboundBatch(PendingMessage.of(message, failure -> {}));
  }

  @Test
  void sendsAgainAndTellsOnceItIsNoPassingTrouble() throws InterruptedException {
    var batch = batch();
    for (int time = 1; time <= 4; time++) {
      retry.nacked(batch, connection);
      assertThat(retry.isStuck()).isFalse();
      assertThat(again.poll(30, SECONDS)).isSameAs(batch);
    }
    retry.nacked(batch, connection);
    assertThat(retry.isStuck()).isTrue();
    assertThat(again.poll(30, SECONDS)).isSameAs(batch);
    await().atMost(30, SECONDS).until(() -> !retry.isStuck());
    assertThat(registry.get("stripchart.messages.nacked").counter().count()).isEqualTo(5);
    assertThat(List.copyOf(again)).isEmpty();
  }

  /** Other messages are refused each time: whoever publishes them may not wait for long. */
  @Test
  void givesUpAConnectionOnWhichMessagesAreRefusedForSeconds() {
    retry.nacked(batch(), connection);
    pass(5);
    retry.nacked(batch(), connection);
    assertThat(retry.stuckOn(connection)).isEmpty();
    pass(1);
    retry.confirmed(batch());
    retry.nacked(batch(), connection);
    assertThat(retry.stuckOn(new Object())).isEmpty();
    assertThat(retry.stuckOn(connection).orElseThrow()).contains("refused messages for PT5S");
    assertThat(retry.stuckOn(connection)).isEmpty();
  }

  @Test
  void givesUpNoConnectionOnWhichWhatWasRefusedComesThrough() {
    var batch = batch();
    for (int second = 0; second < 60; second++) {
      retry.nacked(batch, connection);
      assertThat(retry.stuckOn(connection)).isEmpty();
      pass(1);
      if (second % 5 == 4) retry.confirmed(batch);
    }
    retry.nacked(batch(), connection);
    pass(61);
    retry.nacked(batch(), connection);
    assertThat(retry.stuckOn(connection)).isEmpty();
  }

  @Test
  void givesTheNextConnectionLongerUntilTheBrokerTakesAMessageAgain() {
    var batch = batch();
    assertThat(patienceOver(batch, new Object())).isEqualTo(6);
    assertThat(patienceOver(batch, new Object())).isEqualTo(11);
    assertThat(patienceOver(batch, new Object())).isEqualTo(16);
    assertThat(patienceOver(batch, new Object())).isEqualTo(16);
    retry.confirmed(batch);
    assertThat(patienceOver(batch, new Object())).isEqualTo(6);
  }

  /** Seconds until a connection is given up on which the message is refused each second. */
  private int patienceOver(OutboundBatch batch, Object on) {
    for (int seconds = 0; ; seconds++) {
      retry.nacked(batch, on);
      if (retry.stuckOn(on).isPresent()) return seconds;
      pass(1);
    }
  }
}
