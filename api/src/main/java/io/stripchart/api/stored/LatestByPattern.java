package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The latest reading of each series that matches a pattern, by one statement. */
final class LatestByPattern {
  /** If more series match than may, no reading is looked for. */
  private static final String LATEST =
      """
      with chosen as materialized (
        select id, name from series where CONDITION limit $2)
      select chosen.name, latest.time, latest.value
      from chosen
      left join lateral (
        select time, value from (LATEST) as its
        where (select count(*) from chosen) < $2) as latest on true
      order by chosen.name\
      """
          .replace("LATEST", LatestReadings.latest("chosen.id", "$3"));

  private static final String OF_MANY = LATEST.replace("CONDITION", "name ~ $1");
  private static final String OF_ONE = LATEST.replace("CONDITION", "name = $1");

  private final Statements statements;

  LatestByPattern(Statements statements) {
    this.statements = statements;
  }

  /**
   * By name; a series that has no reading is left out.
   *
   * @param max series
   * @return fails with {@link ApiException.Code#BAD_ARGUMENT} if more match
   */
  Future<List<Reading>> of(SeriesPattern pattern, int max) {
    boolean isOne = pattern.isExact();
    var names = isOne ? pattern.toString() : pattern.toRegex();
    var arguments = Tuple.of(names, max + 1, statements.latestSince());
    return statements
        .slow(Query.LATEST, isOne ? OF_ONE : OF_MANY, arguments)
        .map(rows -> readings(rows, max));
  }

  private static List<Reading> readings(RowSet<Row> rows, int max) {
    if (rows.size() > max) {
      throw ApiException.badArgument(
          "series", String.format(Locale.ROOT, "a narrower pattern: more than %,d match", max));
    }
    var readings = new ArrayList<Reading>(rows.size());
    for (var row : rows) {
      var time = row.getOffsetDateTime(1);
      if (time != null) {
        readings.add(new Reading(row.getString(0), time.toInstant(), row.getDouble(2)));
      }
    }
    return readings;
  }
}
