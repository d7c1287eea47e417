package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Read from the table {@code stored_batch}. Belongs to one context. */
public final class DatabaseNotes implements BatchNotes {
  private static final String NOW =
      "select " + Snapshot.TEXT + ", " + KnownBatches.TEXT + ", " + DatabaseIdentity.TABLES;

  /**
   * Not seen is a batch whose transaction the snapshot does not see, and also one of a greater
   * number than it saw of the process: after a crash the number of its transaction may be an old
   * one.
   */
  private static final String UNKNOWN =
      """
      select SNAPSHOT, BATCHES, TABLES,
        noted.process, noted.sequence, noted.transaction, first_times, last_times, readings,
        (extract(epoch from stored_at) * 1000000)::int8
      from (values (1)) as one left join (
        with recursive newest (process, sequence) as (
          (select process, sequence from stored_batch
           order by process desc, sequence desc limit 1)
          union all
          select next.process, next.sequence
          from newest cross join lateral (
            select process, sequence from stored_batch where process < newest.process
            order by process desc, sequence desc limit 1) as next),
        unseen (process, sequence) as (
          select process, sequence from stored_batch
          where transaction >= $6
            and not pg_visible_in_snapshot(transaction::text::xid8, $1::text::pg_snapshot)
          union
          select newest.process, later.sequence
          from newest
          left join unnest($7::uuid[], $8::int8[]) as seen (process, sequence)
            on seen.process = newest.process
          cross join lateral (
            select sequence from stored_batch
            where process = newest.process and sequence > coalesce(seen.sequence, 0)) as later)
        select stored_batch.*
        from unseen join stored_batch using (process, sequence)
        where not exists (
          select from unnest($2::uuid[], $3::int8[], $4::int8[]) as heard (process, first, last)
          where heard.process = unseen.process
            and unseen.sequence between heard.first and heard.last)
        order by transaction limit $5) as noted on true"""
          .replace("SNAPSHOT", Snapshot.TEXT)
          .replace("BATCHES", KnownBatches.TEXT)
          .replace("TABLES", DatabaseIdentity.TABLES);

  private static final int MOMENT_COLUMNS = 3;

  private final Statements statements;

  public DatabaseNotes(DatabaseLink database, ApiMetrics metrics) {
    this.statements = new Statements(database, metrics);
  }

  @Override
  public Future<Moment> now() {
    return statements
        .slow(Query.BATCHES, NOW, Tuple.tuple())
        .map(rows -> moment(rows.iterator().next()));
  }

  private static Moment moment(Row row) {
    return new Moment(
        Snapshot.of(row.getString(0)), KnownBatches.of(row.getString(1)), row.getString(2));
  }

  @Override
  public Future<Unknown> unknown(Snapshot seen, List<Heard> heard, int limit) {
    var arguments =
        Tuple.from(
            Arrays.asList(
                seen.transactions(),
                heard.stream().map(Heard::process).toArray(UUID[]::new),
                heard.stream().map(Heard::first).toArray(Long[]::new),
                heard.stream().map(Heard::last).toArray(Long[]::new),
                limit,
                seen.xmin(),
                seen.numbers().keySet().toArray(UUID[]::new),
                seen.numbers().values().toArray(Long[]::new)));
    return statements.slow(Query.BATCHES, UNKNOWN, arguments).map(DatabaseNotes::read);
  }

  private static Unknown read(RowSet<Row> rows) {
    var batches = new ArrayList<NotedBatch>();
    Moment moment = null;
    for (var row : rows) {
      if (moment == null) moment = moment(row);
      if (row.getUUID(MOMENT_COLUMNS) != null) batches.add(batch(row, MOMENT_COLUMNS));
    }
    return new Unknown(moment, batches);
  }

  /**
   * Those of rows that have one.
   *
   * @param first column of a batch
   */
  static List<NotedBatch> batches(RowSet<Row> rows, int first) {
    var batches = new ArrayList<NotedBatch>(rows.size());
    for (var row : rows) {
      if (row.getUUID(first) != null) batches.add(batch(row, first));
    }
    return batches;
  }

  private static NotedBatch batch(Row row, int first) {
    return new NotedBatch(
        row.getUUID(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        TimeStretches.of(
            row.getArrayOfOffsetDateTimes(first + 3), row.getArrayOfOffsetDateTimes(first + 4)),
        row.getInteger(first + 5),
        row.getLong(first + 6));
  }
}
