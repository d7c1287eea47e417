package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Read from the table {@code stored_batch}. Belongs to one context. */
public final class DatabaseNotes implements BatchNotes {
  private static final String UNKNOWN =
      """
      select now.snapshot, b.process, b.sequence, b.transaction, b.first_times, b.last_times, b.readings
      from (select pg_current_snapshot()::text as snapshot) as now
      left join (
        select * from stored_batch
        where transaction >= $6
          and not pg_visible_in_snapshot(transaction::text::xid8, $1::text::pg_snapshot)
          and not exists (
            select from unnest($2::uuid[], $3::int8[], $4::int8[]) as heard (process, first, last)
            where heard.process = stored_batch.process
              and sequence between heard.first and heard.last)
        order by transaction limit $5) as b on true""";

  private final Statements statements;

  public DatabaseNotes(DatabaseLink database, ApiMetrics metrics) {
    this.statements = new Statements(database, metrics);
  }

  @Override
  public Future<Snapshot> snapshot() {
    return statements
        .slow(Query.BATCHES, Snapshot.TAKE, Tuple.tuple())
        .map(rows -> Snapshot.of(rows.iterator().next().getString(0)));
  }

  @Override
  public Future<Unknown> unknown(Snapshot seen, List<Heard> heard, int limit) {
    var arguments =
        Tuple.of(
            seen.toString(),
            heard.stream().map(Heard::process).toArray(UUID[]::new),
            heard.stream().map(Heard::first).toArray(Long[]::new),
            heard.stream().map(Heard::last).toArray(Long[]::new),
            limit,
            seen.xmin());
    return statements.slow(Query.BATCHES, UNKNOWN, arguments).map(DatabaseNotes::read);
  }

  private static Unknown read(RowSet<Row> rows) {
    var batches = new ArrayList<NotedBatch>();
    Snapshot snapshot = null;
    for (var row : rows) {
      if (snapshot == null) snapshot = Snapshot.of(row.getString(0));
      if (row.getUUID(1) == null) continue;
      batches.add(
          new NotedBatch(
              row.getUUID(1),
              row.getLong(2),
              row.getLong(3),
              TimeStretches.of(row.getArrayOfOffsetDateTimes(4), row.getArrayOfOffsetDateTimes(5)),
              row.getInteger(6)));
    }
    return new Unknown(snapshot, batches);
  }
}
