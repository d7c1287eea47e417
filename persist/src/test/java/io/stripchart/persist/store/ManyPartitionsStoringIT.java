package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.stripchart.testing.WeeklyPartitions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A batch touches the partitions of its readings alone, however many there are. */
@SuppressWarnings("try") // A lock is held, and not used.
@Tag("brokerless")
@Timeout(120)
class ManyPartitionsStoringIT {
  private static final int PARTITIONS = 500;

  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static final Vertx vertx = Vertx.vertx();
  private static final Context context = vertx.getOrCreateContext();
  private static final UUID process = UUID.randomUUID();
  private static WeeklyPartitions partitions;
  private static Pool pool;
  private static ReadingStore store;
  private static long number;

  @BeforeAll
  static void open() throws Exception {
    var settings = DatabaseSettings.of(new Secret(database.directUri()));
    await(() -> Database.migrate(vertx, settings));
    partitions = WeeklyPartitions.create(database, PARTITIONS);
    pool = Database.pool(vertx, settings, "test");
    store = new ReadingStore(pool, 7);
  }

  @AfterAll
  static void close() throws Exception {
    await(vertx::close);
  }

  private static <T> T await(Supplier<Future<T>> task) throws Exception {
    var promise = Promise.<T>promise();
    context.runOnContext(turn -> task.get().onComplete(promise));
    return promise.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static Stored store(List<Reading> readings) throws Exception {
    return await(() -> store.store(new BatchNumber(process, ++number), readings));
  }

  @Test
  void touchesNoOtherPartitions() throws Exception {
    var then = partitions.begin().plus(71, ChronoUnit.DAYS);
    var later = partitions.begin().plus(2_500, ChronoUnit.DAYS);
    try (var lock = partitions.lockOthers(then, later)) {
      // As often as the server plans a statement anew before it tries a plan for any parameters.
      for (int i = 0; i < 12; i++) {
        var readings = new ArrayList<Reading>();
        for (var time : List.of(then, later, Instant.now().truncatedTo(ChronoUnit.MILLIS)))
          readings.add(new Reading("a", time.plusSeconds(i), i));
        assertThat(store(readings).added()).hasSize(3);
        var again = new ArrayList<Reading>();
        for (var reading : readings) again.add(new Reading("a", reading.time(), i + 1));
        var repeated = store(again);
        assertThat(repeated.added()).isEmpty();
        assertThat(repeated.conflicts()).hasSize(3);
      }
    }
    assertThat(database.number("select count(*) from reading")).isEqualTo(36);
  }
}
