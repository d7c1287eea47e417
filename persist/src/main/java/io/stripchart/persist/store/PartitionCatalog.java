package io.stripchart.persist.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which partitions of {@code reading} there are, as far as their making is committed. One that is
 * being detached takes no readings and is left out.
 */
public final class PartitionCatalog {
  /**
   * From and to in microseconds since 1970. A bound has no columns, so that it is shown without a
   * table, which would be locked.
   */
  private static final String FIND =
      """
      select
        name,
        (extract(epoch from greatest(lower, timestamptz '0001-01-01 00:00:00+00')) * 1000000)::int8,
        (extract(epoch from least(upper, timestamptz '20000-01-01 00:00:00+00')) * 1000000)::int8,
        is_default
      from (
        select
          inhrelid::regclass::text as name,
          case coalesce(bound[1], 'MINVALUE') when 'MINVALUE' then '-infinity'
            else trim(both '''' from bound[1]) end::timestamptz as lower,
          case coalesce(bound[2], 'MAXVALUE') when 'MAXVALUE' then 'infinity'
            else trim(both '''' from bound[2]) end::timestamptz as upper,
          bound is null as is_default
        from pg_inherits
        join pg_class on pg_class.oid = pg_inherits.inhrelid
        cross join lateral
          regexp_match(pg_get_expr(relpartbound, 0), 'FROM \\((.*)\\) TO \\((.*)\\)') as bound
        where inhparent = 'reading'::regclass and not inhdetachpending) as bounds
      order by lower""";

  private PartitionCatalog() {}

  /**
   * @return in the order of their times
   */
  public static Future<List<Partition>> read(SqlClient client) {
    return client.query(FIND).execute().map(PartitionCatalog::partitions);
  }

  private static List<Partition> partitions(RowSet<Row> rows) {
    var partitions = new ArrayList<Partition>(rows.size());
    for (var row : rows) {
      partitions.add(
          new Partition(
              row.getString(0),
              instant(row.getLong(1)),
              instant(row.getLong(2)),
              row.getBoolean(3)));
    }
    return partitions;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
