package io.stripchart.persist;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.settings.Secret;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.ReadingStore;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that dies after its commit and before its announcement. */
@Timeout(120)
class UnannouncedIT {
  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final BatchNumber number = new BatchNumber(UUID.randomUUID(), 7);
  private final Vertx vertx = Vertx.vertx();
  private Persisting persisting;

  @BeforeEach
  void dieBeforeTheAnnouncement() throws Exception {
    // It has declared everything, and no longer consumes.
    new Persisting(broker, database).start().close();
    try (var dying = broker.connect();
        var publisher = new Persisting(broker, database)) {
      publisher.publishNumbered("room.1", 0, 1);
      var delivery = dying.createChannel().basicGet(Topology.PERSIST, false);
      store(delivery.getBody());
    }
    persisting = new Persisting(broker, database).start().listening();
  }

  /** And neither announces nor acknowledges it. */
  private void store(byte[] body) throws Exception {
    var settings = DatabaseSettings.of(new Secret(database.uri()));
    var store = new ReadingStore(Database.pool(vertx, settings, "stripchart persist"), 7);
    var readings = ReadingJson.readings("room.1", body, Instant.EPOCH, 1);
    var stored =
        store.store(number, readings).toCompletionStage().toCompletableFuture().get(30, SECONDS);
    assertThat(stored.added()).hasSize(1);
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, SECONDS);
  }

  @Test
  void itsTransactionIsNotedAndItsSuccessorLeavesAHole() throws Exception {
    // Whether or not the hint was sent before this listener was there, the next batch shows it.
    persisting.publishNumbered("room.1", 1, 2);
    await()
        .untilAsserted(
            () -> assertThat(persisting.announced).anyMatch(batch -> !batch.readings().isEmpty()));
    assertThat(persisting.announced)
        .last()
        .satisfies(batch -> assertThat(batch.sequence()).isGreaterThan(1));
    assertThat(
            database.query(
                "select process, sequence, readings from stored_batch where process = ?",
                number.process()))
        .containsExactly(List.of(number.process(), 7L, 1));
    assertThat(persisting.counted("stripchart.readings.duplicate")).isEqualTo(1);
  }
}
