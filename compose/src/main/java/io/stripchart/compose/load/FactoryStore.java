package io.stripchart.compose.load;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads which of the values to load are in the database. */
final class FactoryStore {
  /** In the order of their ids, so that of two that load none waits for the other in a circle. */
  private static final String ADD =
      """
      insert into factory (id, name)
      select * from unnest($1::int4[], $2::text[]) as given (id, name) order by id
      on conflict do nothing\
      """;

  /** The bounds keep other partitions out of it. */
  private static final String VALUES =
      """
      select asked.place, reading.value
      from unnest($1::text[], $2::timestamptz[]) with ordinality as asked (name, time, place)
      join series on series.name = asked.name
      join reading on reading.series_id = series.id and reading.time = asked.time
      where reading.time between $3 and $4\
      """;

  /**
   * Of the connections. A plan is made for the partitions of each chunk, not for all there are. It
   * must not go by how few rows a partition has now; see docs/decisions/0009.
   */
  static final Map<String, String> PARAMETERS =
      Map.of("plan_cache_mode", "force_custom_plan", "enable_seqscan", "off", "jit", "off");

  private final Pool pool;

  FactoryStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Makes the rows of factories that have none; the others stay as they are.
   *
   * @param names by id
   */
  Future<Void> add(Map<Integer, String> names) {
    var ids = names.keySet().toArray(Integer[]::new);
    var inOrder = List.of(ids).stream().map(names::get).toArray(String[]::new);
    var rows = Tuple.tuple().addArrayOfInteger(ids).addArrayOfString(inOrder);
    return pool.preparedQuery(ADD).execute(rows).mapEmpty();
  }

  /**
   * The stored value of each reading that is there, by its place in the list.
   *
   * @param readings at least one
   */
  Future<Map<Integer, Double>> values(List<Reading> readings) {
    var byTime = Comparator.comparing(Reading::time);
    var asked =
        Tuple.of(
            readings.stream().map(Reading::series).toArray(String[]::new),
            readings.stream().map(FactoryStore::time).toArray(OffsetDateTime[]::new),
            time(readings.stream().min(byTime).orElseThrow()),
            time(readings.stream().max(byTime).orElseThrow()));
    return pool.preparedQuery(VALUES)
        .execute(asked)
        .map(
            rows -> {
              var values = new HashMap<Integer, Double>();
              for (var row : rows) values.put(row.getInteger(0) - 1, row.getDouble(1));
              return values;
            });
  }

  private static OffsetDateTime time(Reading reading) {
    return reading.time().atOffset(ZoneOffset.UTC);
  }
}
