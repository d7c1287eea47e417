package io.stripchart.common.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RefusalsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BrokerThreads threads = new BrokerThreads("test");
  private final BlockingQueue<Parcel> again = new LinkedBlockingQueue<>();
  private final Refusals refusals =
      new Refusals(
          "test",
          new PublisherMetrics(registry, "test", new AtomicInteger()),
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

  private static Parcel parcel() {
    var message = new Message("exchange", "room.1", new byte[0], java.util.Map.of(), true);
    return new Parcel(Outgoing.of(message, failure -> {}));
  }

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void sendsAgainAndTellsOnceItIsNoPassingTrouble() throws InterruptedException {
    var parcel = parcel();
    for (int time = 1; time <= 4; time++) {
      refusals.add(parcel, threads, connection);
      assertThat(refusals.areStuck()).isFalse();
      assertThat(again.poll(30, SECONDS)).isSameAs(parcel);
    }
    refusals.add(parcel, threads, connection);
    assertThat(refusals.areStuck()).isTrue();
    assertThat(again.poll(30, SECONDS)).isSameAs(parcel);
    await().atMost(30, SECONDS).until(() -> !refusals.areStuck());
    assertThat(registry.get("stripchart.messages.nacked").counter().count()).isEqualTo(5);
    assertThat(List.copyOf(again)).isEmpty();
  }

  /** Other messages are refused each time: whoever publishes them may not wait for long. */
  @Test
  void givesUpAConnectionOnWhichMessagesAreRefusedForSeconds() {
    refusals.add(parcel(), threads, connection);
    pass(5);
    refusals.add(parcel(), threads, connection);
    assertThat(refusals.stuckOn(connection)).isEmpty();
    pass(1);
    refusals.kept(parcel());
    refusals.add(parcel(), threads, connection);
    assertThat(refusals.stuckOn(new Object())).isEmpty();
    assertThat(refusals.stuckOn(connection).orElseThrow()).contains("refused messages for PT5S");
    assertThat(refusals.stuckOn(connection)).isEmpty();
  }

  @Test
  void givesUpNoConnectionOnWhichWhatWasRefusedComesThrough() {
    var parcel = parcel();
    for (int second = 0; second < 60; second++) {
      refusals.add(parcel, threads, connection);
      assertThat(refusals.stuckOn(connection)).isEmpty();
      pass(1);
      if (second % 5 == 4) refusals.kept(parcel);
    }
    refusals.add(parcel(), threads, connection);
    pass(61);
    refusals.add(parcel(), threads, connection);
    assertThat(refusals.stuckOn(connection)).isEmpty();
  }

  @Test
  void givesTheNextConnectionLongerUntilTheBrokerTakesAMessageAgain() {
    var parcel = parcel();
    assertThat(patienceOver(parcel, new Object())).isEqualTo(6);
    assertThat(patienceOver(parcel, new Object())).isEqualTo(11);
    assertThat(patienceOver(parcel, new Object())).isEqualTo(16);
    assertThat(patienceOver(parcel, new Object())).isEqualTo(16);
    refusals.kept(parcel);
    assertThat(patienceOver(parcel, new Object())).isEqualTo(6);
  }

  /** Seconds until a connection is given up on which the message is refused each second. */
  private int patienceOver(Parcel parcel, Object on) {
    for (int seconds = 0; ; seconds++) {
      refusals.add(parcel, threads, on);
      if (refusals.stuckOn(on).isPresent()) return seconds;
      pass(1);
    }
  }
}
