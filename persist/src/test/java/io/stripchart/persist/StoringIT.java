package io.stripchart.persist;

import static io.stripchart.persist.Persisting.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class StoringIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    persisting = new Persisting(broker, database).start().listening();
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
    database.execute("truncate reading");
  }

  private static List<List<Object>> stored(String series) {
    return database.query(
        "select time, value from reading join series on series.id = series_id"
            + " where name = ? order by time",
        series);
  }

  private static void awaitStored(String series, int count) {
    await().untilAsserted(() -> assertThat(stored(series)).hasSize(count));
  }

  @Test
  void storesWhatIsPublished() throws Exception {
    persisting.publish("room.1", "{\"value\":21.5,\"time\":\"2026-11-21T02:41:48.123456Z\"}");
    awaitStored("room.1", 1);
    assertThat(stored("room.1"))
        .containsExactly(List.of(Instant.parse("2026-11-21T02:41:48.123456Z"), 21.5));
    await().untilAsserted(() -> assertThat(persisting.queued()).isZero());
  }

  @Test
  void storesARedeliveredReadingOnce() throws Exception {
    persisting.publishNumbered("room.2", 0, 500);
    persisting.publishNumbered("room.2", 0, 500);
    await()
        .untilAsserted(
            () -> assertThat(persisting.counted("stripchart.readings.duplicate")).isEqualTo(500));
    assertThat(stored("room.2")).hasSize(500);
    assertThat(persisting.counted("stripchart.readings.conflicting")).isZero();
  }

  @Test
  void keepsTheFirstOfTwoValuesForOneTime() throws Exception {
    persisting.publish("room.3", numbered(1, 10));
    awaitStored("room.3", 1);
    for (int i = 0; i < 3; i++) persisting.publish("room.3", numbered(1, 11));
    persisting.publish("room.3", numbered(2, 12));
    awaitStored("room.3", 2);
    assertThat(stored("room.3").get(0).get(1)).isEqualTo(10.0);
    await()
        .untilAsserted(
            () -> assertThat(persisting.counted("stripchart.readings.conflicting")).isEqualTo(3));
    assertThat(persisting.dead()).isEmpty();
  }

  @Test
  void storesUnderTheRightNamesWhereRowsOfSeriesWereRestored() throws Exception {
    persisting.publish("swapped.1", numbered(1, 1));
    persisting.publish("swapped.2", numbered(1, 2));
    awaitStored("swapped.1", 1);
    awaitStored("swapped.2", 1);
    swapNames();
    assertStoresUnderTheRightNames();
  }

  /** Restoring files needs a restart of the server, and only that reveals it. */
  @Test
  void storesUnderTheRightNamesWhereAnotherServerAnswers() throws Exception {
    persisting.publish("swapped.1", numbered(1, 1));
    persisting.publish("swapped.2", numbered(1, 2));
    awaitStored("swapped.1", 1);
    awaitStored("swapped.2", 1);
    database.execute("alter table series disable trigger all");
    swapNames();
    database.execute("alter table series enable trigger all");
    database.cut();
    assertStoresUnderTheRightNames();
  }

  private static void swapNames() {
    database.execute("update series set name = 'swapped.3' where name = 'swapped.1'");
    database.execute("update series set name = 'swapped.1' where name = 'swapped.2'");
    database.execute("update series set name = 'swapped.2' where name = 'swapped.3'");
  }

  private void assertStoresUnderTheRightNames() throws Exception {
    persisting.publish("swapped.1", numbered(2, 10));
    persisting.publish("swapped.2", numbered(2, 20));
    awaitStored("swapped.1", 2);
    awaitStored("swapped.2", 2);
    assertThat(stored("swapped.1")).extracting(row -> row.get(1)).containsExactly(2.0, 10.0);
    assertThat(stored("swapped.2")).extracting(row -> row.get(1)).containsExactly(1.0, 20.0);
  }

  @Test
  void announcesOnlyWhatIsNew() throws Exception {
    persisting.publishNumbered("room.4", 0, 10);
    awaitStored("room.4", 10);
    persisting.publishNumbered("room.4", 5, 15);
    persisting.publishNumbered("room.4", 15, 20);
    awaitStored("room.4", 20);
    await()
        .untilAsserted(
            () ->
                assertThat(persisting.announced.stream().flatMap(b -> b.readings().stream()))
                    .hasSize(20));
    assertThat(persisting.announced.stream().flatMap(b -> b.readings().stream()))
        .doesNotHaveDuplicates()
        .extracting(Reading::series)
        .containsOnly("room.4");
    assertThat(persisting.announced)
        .extracting(b -> b.sequence())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void notesEachTransactionAsItAnnouncesIt() throws Exception {
    for (int i = 0; i < 5; i++) {
      persisting.publishNumbered("room.10", i * 10, i * 10 + 10);
      // The second half of them is stored already.
      persisting.publishNumbered("room.10", i * 10, i * 10 + 5);
    }
    awaitStored("room.10", 50);
    await()
        .untilAsserted(
            () ->
                assertThat(persisting.announced.stream().mapToInt(b -> b.readings().size()).sum())
                    .isEqualTo(50));
    for (var batch : persisting.announced) {
      // Of the hole that it began with.
      if (batch.readings().isEmpty()) continue;
      assertThat(
              database.query(
                  "select b.readings, count(*), bool_and(time between b.first_times[1]"
                      + "   and b.last_times[cardinality(b.last_times)])"
                      + " from stored_batch b, reading r where process = ?::uuid and sequence = ?"
                      + " and transaction = ? and r.xmin::text::int8 = transaction % (1::int8 << 32)"
                      + " group by 1",
                  batch.process(), batch.sequence(), batch.transaction()))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.get(0)).isEqualTo(batch.readings().size());
                assertThat(((Number) row.get(1)).intValue()).isEqualTo(batch.readings().size());
                assertThat(row.get(2)).isEqualTo(true);
              });
    }
    assertThat(
            database.number(
                "select sum(readings) from stored_batch where process = '%s'"
                    .formatted(persisting.announced.get(0).process())))
        .isEqualTo(50);
  }

  @Test
  void storesTheNeighboursOfMalformedMessages() throws Exception {
    persisting.publish("room.5", numbered(1, 1));
    persisting.publish("room.5", "{\"value\":");
    persisting.publish("room.5", numbered(2, 2));
    persisting.publish("room..5", "21.5");
    persisting.publish("room.5", "[1, 2, \"three\"]");
    persisting.publish("room.5", new byte[MessageReader.MAX_BYTES + 1]);
    persisting.publish("room.5", numbered(3, 3));
    awaitStored("room.5", 3);
    await().untilAsserted(() -> assertThat(persisting.queued()).isZero());
    await()
        .untilAsserted(
            () -> assertThat(persisting.channel.messageCount("stripchart.dead")).isEqualTo(4));
    var dead = persisting.dead();
    assertThat(
            dead.stream().map(d -> d.getProps().getHeaders().get("x-stripchart-reason").toString()))
        .anySatisfy(reason -> assertThat(reason).contains("not JSON"))
        .anySatisfy(reason -> assertThat(reason).contains("empty word"))
        .anySatisfy(reason -> assertThat(reason).contains("[2].value: must be a number"))
        .anySatisfy(reason -> assertThat(reason).contains("at most 1048576 bytes"));
    assertThat(dead)
        .allSatisfy(
            d ->
                assertThat(d.getProps().getHeaders().get("x-stripchart-exchange").toString())
                    .isEqualTo("stripchart.readings"));
    assertThat(
            dead.stream()
                .map(d -> d.getProps().getHeaders().get("x-stripchart-routing-key").toString()))
        .contains("room.5", "room..5");
  }

  @Test
  void takesAReadingsTimeFromTheMessageWhereItHasNone() throws Exception {
    var sent = Instant.parse("2026-11-21T02:41:48Z");
    persisting.publish(
        "room.6",
        "[1,2,{\"value\":3}]".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        new AMQP.BasicProperties.Builder().timestamp(Date.from(sent)).build());
    awaitStored("room.6", 3);
    assertThat(stored("room.6"))
        .containsExactly(
            List.of(sent, 1.0),
            List.of(sent.plusNanos(1_000), 2.0),
            List.of(sent.plusNanos(2_000), 3.0));
  }

  @Test
  void stampsWhatBringsNoTimeOnArrival() throws Exception {
    var before = Instant.now();
    for (int i = 0; i < 100; i++) persisting.publish("room.7", "[%d,%d]".formatted(i, i));
    awaitStored("room.7", 200);
    assertThat((Instant) stored("room.7").get(0).get(0)).isBetween(before, Instant.now());
    assertThat(stored("room.7").stream().map(row -> row.get(1))).isSorted();
  }

  @Test
  void storesOldTimes() throws Exception {
    var times =
        List.of(
            "1970-01-01T00:00:00.000000Z",
            "1999-12-31T23:59:59.999999Z",
            "2026-11-22T23:59:59.999999Z",
            "2026-11-23T00:00:00.000000Z");
    for (var time : times) {
      persisting.publish("room.8", "{\"value\":1,\"time\":\"%s\"}".formatted(time));
    }
    awaitStored("room.8", 4);
    assertThat(stored("room.8").stream().map(row -> row.get(0)))
        .containsExactlyElementsOf(times.stream().map(Instant::parse).toList());
    assertThat(
            database.query(
                "select relname from pg_inherits join pg_class on oid = inhrelid"
                    + " where inhparent = 'reading'::regclass order by 1"))
        .flatExtracting(row -> row)
        .contains(
            "reading_1970_01_01", "reading_1999_01_01", "reading_2026_11_16", "reading_2026_11_23");
  }

  @Test
  void stopsWithoutLosingOrDoublingWhatItHolds() throws Exception {
    persisting.publishNumbered("room.9", 0, 20_000);
    await().until(() -> persisting.counted("stripchart.readings.stored") > 0);
    persisting.stop();
    persisting.close();
    persisting = new Persisting(broker, database).start();
    awaitStored("room.9", 20_000);
    await().untilAsserted(() -> assertThat(persisting.queued()).isZero());
  }
}
