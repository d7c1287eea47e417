package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Rooms and buildings by series names. Belongs to one context. Futures fail with {@link
 * io.stripchart.api.ApiException}, or with another exception if there is a bug.
 */
public final class RoomQueries {
  /**
   * Skips from the first name of a group to the first name of the next one, however many each has.
   */
  private static final String GROUPS =
      """
      with recursive found (word, n) as (
        (select split_part(name, '.', $4), 1
         from series where name >= $1 and name < $2 and name ~ $3
         order by name limit 1)
        union all
        select next.word, n + 1
        from found
        cross join lateral (
          select split_part(name, '.', $4) as word
          from series where name >= $5 || found.word || '/' and name < $2 and name ~ $3
          order by name limit 1) as next
        where n < $6)
      """;

  private static final String WORDS =
      GROUPS
          + "select "
          + Snapshot.TEXT
          + """
          , word
          from (values (1)) as one left join found on true
          order by n\
          """;

  /** Of a group more than are wanted, nothing but that it is there. */
  private static final String SERIES_OF_GROUPS =
      GROUPS
          + "select "
          + Snapshot.TEXT
          +
"""
, word, ids, names
from (values (1)) as one
left join found on true
left join (
  select place, array_agg(id order by name) as ids, array_agg(name order by name) as names
  from (
    select n as place, id, name
    from found
    cross join lateral (
      select id, name from series
      where name >= $5 || word || '.' and name < $5 || word || '/' and name ~ $3) as its
    where n < $6
    limit $7) as each
  group by place) as its on place = n
order by n\
""";

  private static final String LATEST =
      "select "
          + Snapshot.TEXT
          + """
          , place, name, time, value
          from (values (1)) as one left join (
            select place, name, time, value
            from unnest($1::text[]) with ordinality as asked (prefix, place)
            cross join lateral (
              select id, name from series
              where name >= prefix || '.' collate "C" and name < prefix || '/' collate "C"
                and substr(name, length(prefix) + 1) ~ '^\\.[^.]+\\.[^.]+$') as its
            left join lateral (\
          """
          + LatestReadings.latest("id", "$3")
          + """
          ) as latest on true
            limit $2) as found on true\
          """;

  private final Statements statements;

  public RoomQueries(DatabaseLink database, ApiMetrics metrics) {
    this.statements = new Statements(database, metrics);
  }

  /**
   * Rows, and the snapshot in which they were read.
   *
   * @param rows in their order
   */
  public record Found<T>(Snapshot snapshot, List<T> rows) {}

  /**
   * A group with its series.
   *
   * @param series by name; their units and descriptions are not read
   */
  public record Group(String word, List<SeriesRow> series) {}

  /** The groups of a range, in the order of their series' names. */
  public Future<Found<String>> words(GroupRange range, int first) {
    return statements
        .slow(Query.ROOMS, WORDS, arguments(range, first))
        .map(rows -> found(rows, row -> row.getString(1)));
  }

  /**
   * The same with the series of each; if more groups follow, also the next one, without series.
   *
   * @param limit of series, of all groups together
   */
  public Future<Found<Group>> groups(GroupRange range, int first, int limit) {
    return statements
        .slow(Query.ROOMS, SERIES_OF_GROUPS, arguments(range, first + 1).addInteger(limit))
        .map(rows -> found(rows, RoomQueries::group));
  }

  private static Tuple arguments(GroupRange range, int first) {
    return Tuple.of(
        range.begin(), range.end(), range.regex(), range.position(), range.prefix(), first);
  }

  private static Group group(Row row) {
    var ids = row.getArrayOfIntegers(2);
    if (ids == null) return new Group(row.getString(1), List.of());
    var names = row.getArrayOfStrings(3);
    var series = new ArrayList<SeriesRow>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      series.add(new SeriesRow(ids[i], names[i], null, null));
    }
    return new Group(row.getString(1), series);
  }

  /**
   * A series with its latest reading.
   *
   * @param place index of its prefix among the requested ones
   * @param reading null if it has none
   */
  public record Latest(int place, String series, Reading reading) {}

  /**
   * The series whose names are a prefix, a dot and two more words, each with its latest reading.
   *
   * @param limit of series
   */
  public Future<Found<Latest>> latest(List<String> prefixes, int limit) {
    var arguments = Tuple.of(prefixes.toArray(String[]::new), limit, statements.latestSince());
    return statements
        .slow(Query.ROOMS, LATEST, arguments)
        .map(rows -> found(rows, RoomQueries::latest));
  }

  private static Latest latest(Row row) {
    var name = row.getString(2);
    var time = row.getOffsetDateTime(3);
    return new Latest(
        row.getLong(1).intValue() - 1,
        name,
        time == null ? null : new Reading(name, time.toInstant(), row.getDouble(4)));
  }

  private interface Reader<T> {
    T read(Row row);
  }

  /** There is a row where nothing is found too. */
  private static <T> Found<T> found(RowSet<Row> rows, Reader<T> reader) {
    var found = new ArrayList<T>(rows.size());
    String snapshot = null;
    for (var row : rows) {
      snapshot = row.getString(0);
      if (row.getValue(1) != null) found.add(reader.read(row));
    }
    return new Found<>(Snapshot.of(snapshot), found);
  }
}
