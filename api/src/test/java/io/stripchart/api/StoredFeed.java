package io.stripchart.api;

import com.rabbitmq.client.Connection;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.common.reading.TimeStretches;
import io.stripchart.testing.Sql;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Stores readings in transactions of their own and announces them, as a persist process would. */
final class StoredFeed implements AutoCloseable {
  private static final String SERIES =
      "insert into series (name) select unnest(?::text[]) on conflict do nothing";

  private static final String READINGS =
      """
      insert into reading (series_id, time, value)
      select s.id, r.time, r.value
      from unnest(?::text[], ?::timestamptz[], ?::float8[]) as r (name, time, value)
      join series s on s.name = r.name""";

  private static final String NOTE =
      """
      insert into stored_batch (process, sequence, transaction, first_times, last_times, readings)
      values (?, ?, pg_current_xact_id()::text::int8, ?::timestamptz[], ?::timestamptz[], ?)
      returning transaction""";

  private final Sql database;
  private final Connection connection;
  private final com.rabbitmq.client.Channel channel;
  private final UUID process = UUID.randomUUID();
  private long sequence;

  StoredFeed(TestBroker broker, TestDatabase database) {
    this(broker, database.sql());
  }

  StoredFeed(TestBroker broker, Sql database) {
    this.database = database;
    try {
      connection = broker.connect();
      channel = connection.createChannel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void tell(Reading... readings) {
    tell(List.of(readings));
  }

  void tell(List<Reading> readings) {
    announce(store(readings));
  }

  /** Stores them without an announcement. */
  void lose(Reading... readings) {
    store(List.of(readings));
  }

  /** A number that is used for nothing, and a batch of nothing, so that the hole is noticed. */
  void leaveHole() {
    sequence += 2;
    announce(new StoredBatch(process.toString(), sequence, 0, List.of()));
  }

  /** Commits them; the returned batch is still to be announced. */
  StoredBatch store(List<Reading> readings) {
    try (var open = open(readings)) {
      return open.commit();
    }
  }

  /** A transaction that has stored something and is not committed. */
  static final class Open implements AutoCloseable {
    private final java.sql.Connection sql;
    private final StoredBatch batch;

    private Open(java.sql.Connection sql, StoredBatch batch) {
      this.sql = sql;
      this.batch = batch;
    }

    StoredBatch commit() {
      try {
        sql.commit();
        return batch;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        sql.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Open open(List<Reading> readings) {
    long number = ++sequence;
    try {
      var sql = database.connect();
      sql.setAutoCommit(false);
      var names = sql.createArrayOf("text", readings.stream().map(Reading::series).toArray());
      var times =
          sql.createArrayOf(
              "timestamptz",
              readings.stream().map(one -> one.time().atOffset(ZoneOffset.UTC)).toArray());
      var values = sql.createArrayOf("float8", readings.stream().map(Reading::value).toArray());
      try (var series = sql.prepareStatement(SERIES)) {
        series.setArray(1, names);
        series.execute();
      }
      try (var insert = sql.prepareStatement(READINGS)) {
        insert.setArray(1, names);
        insert.setArray(2, times);
        insert.setArray(3, values);
        insert.execute();
      }
      try (var note = sql.prepareStatement(NOTE)) {
        note.setObject(1, process);
        note.setLong(2, number);
        var stretches = TimeStretches.of(readings);
        note.setArray(3, sql.createArrayOf("timestamptz", stretches.firsts()));
        note.setArray(4, sql.createArrayOf("timestamptz", stretches.lasts()));
        note.setInt(5, readings.size());
        try (var rows = note.executeQuery()) {
          rows.next();
          var batch = new StoredBatch(process.toString(), number, rows.getLong(1), readings);
          return new Open(sql, batch);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  void announce(StoredBatch batch) {
    try {
      channel.basicPublish(Topology.STORED, "", null, batch.encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many readings a millisecond apart, of values from {@code firstValue}. */
  static List<Reading> readings(String series, String from, int firstValue, int count) {
    var readings = new ArrayList<Reading>(count);
    var start = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      readings.add(new Reading(series, start.plusMillis(i), firstValue + i));
    }
    return readings;
  }

  /** So many readings a millisecond apart, each of its value at a time of its own. */
  static List<Reading> steadily(String series, int firstValue, int count) {
    var from = Instant.parse("2020-11-20T00:00:00Z").plusMillis(firstValue);
    return readings(series, from.toString(), firstValue, count);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
