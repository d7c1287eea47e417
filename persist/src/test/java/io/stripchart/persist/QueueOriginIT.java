package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class QueueOriginIT implements DurableConsumer.Handler {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private final Vertx vertx = Vertx.vertx();
  private final List<Delivery> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger losses = new AtomicInteger();
  private Persisting publisher;
  private QueueOrigin queue;

  @Override
  public void deliver(List<Delivery> deliveries) {
    delivered.addAll(deliveries);
  }

  @Override
  public void lost() {
    losses.incrementAndGet();
  }

  @BeforeEach
  void open() throws Exception {
    publisher = new Persisting(broker, database);
    queue = new QueueOrigin(vertx, BrokerSettings.of(new Secret(broker.uri())), 100, this);
    assertThat(queue.isConsuming()).isFalse();
    vertx.runOnContext(now -> queue.open());
    await().atMost(Duration.ofSeconds(30)).until(queue::isConsuming);
  }

  @AfterEach
  void close() throws Exception {
    queue.close().eventually(vertx::close).toCompletionStage().toCompletableFuture().join();
    publisher.close();
  }

  @Test
  void hasEverythingDeliveredAgainThatIsNotAcknowledged() throws Exception {
    publisher.publishNumbered("room.1", 0, 3);
    await().until(() -> delivered.size() == 3);
    queue.ackThrough(delivered.get(0));
    var restarted = queue.restart();
    await().atMost(Duration.ofSeconds(30)).until(() -> delivered.size() == 5);
    assertThat(restarted.succeeded()).isTrue();
    assertThat(losses).hasPositiveValue();
    var again = delivered.subList(3, 5);
    assertThat(again).allMatch(Delivery::redelivered).allMatch(queue::isLive);
    assertThat(delivered.subList(0, 3)).noneMatch(queue::isLive);
    // Of a consumer that is gone: acknowledges nothing of this one.
    queue.ackThrough(delivered.get(2));
    queue.ackThrough(delivered.get(4));
  }

  @Test
  void doesNotStartAgainOnceItHasEnded() {
    var ended = Future.join(queue.restart(), queue.stopTaking());
    await().atMost(Duration.ofSeconds(30)).until(ended::isComplete);
    assertThat(queue.isConsuming()).isFalse();
  }
}
