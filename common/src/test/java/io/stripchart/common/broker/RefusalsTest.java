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
      new Refusals("test", new PublisherMetrics(registry, "test", new AtomicInteger()), again::add);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void sendsAgainAndTellsOnceItIsNoPassingTrouble() throws InterruptedException {
    var message = new Message("exchange", "room.1", new byte[0], java.util.Map.of(), true);
    var parcel = new Parcel(Outgoing.of(message, failure -> {}));
    for (int time = 1; time <= 4; time++) {
      refusals.add(parcel, threads);
      assertThat(refusals.areStuck()).isFalse();
      assertThat(again.poll(30, SECONDS)).isSameAs(parcel);
    }
    refusals.add(parcel, threads);
    assertThat(refusals.areStuck()).isTrue();
    assertThat(again.poll(30, SECONDS)).isSameAs(parcel);
    await().atMost(30, SECONDS).until(() -> !refusals.areStuck());
    assertThat(registry.get("stripchart.messages.nacked").counter().count()).isEqualTo(5);
    assertThat(List.copyOf(again)).isEmpty();
  }
}
