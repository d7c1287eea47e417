package io.stripchart.api.rolling;

import io.stripchart.api.live.ScaledMean;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Rolling averages computed by the database. Times and lengths are microseconds. */
final class DatabaseAverages {
  private final ReadingQueries queries;

  DatabaseAverages(ReadingQueries queries) {
    this.queries = queries;
  }

  /** Of the readings of all series that match together. */
  Future<RollingAverage> of(SeriesPattern pattern, long length, long now) {
    return queries.statistics(pattern, window(length, now)).map(all -> average(all, length, now));
  }

  /** Of each series, in their order: by one statement, as of one moment. */
  Future<List<RollingAverage>> ofEach(List<SeriesRow> series, long length, long now) {
    return queries
        .statistics(series, window(length, now))
        .map(all -> all.stream().map(one -> average(one, length, now)).toList());
  }

  /** Of the series of each group together, in their order: by one statement, as of one moment. */
  Future<List<RollingAverage>> ofGroups(List<List<SeriesRow>> groups, long length, long now) {
    var series = groups.stream().flatMap(List::stream).toList();
    if (series.isEmpty()) return Future.succeededFuture(together(groups, List.of(), length, now));
    return queries
        .statistics(series, window(length, now))
        .map(all -> together(groups, all, length, now));
  }

  private static List<RollingAverage> together(
      List<List<SeriesRow>> groups, List<Statistics> all, long length, long now) {
    var averages = new ArrayList<RollingAverage>(groups.size());
    int first = 0;
    for (var group : groups) {
      averages.add(together(all.subList(first, first + group.size()), length, now));
      first += group.size();
    }
    return averages;
  }

  private static RollingAverage together(List<Statistics> parts, long length, long now) {
    long count = parts.stream().mapToLong(Statistics::count).sum();
    if (count == 0) return RollingAverage.of(null, 0, length, now);
    var mean = new ScaledMean();
    for (var part : parts) {
      if (part.count() > 0) mean.add(part.mean(), part.count());
    }
    return RollingAverage.of(mean.value(), count, length, now);
  }

  /** From ≤ time < to is here the same as from < time ≤ to there, as times are whole. */
  private static Window window(long length, long now) {
    return new Window(
        ReadingTime.ofMicros(Math.max(0, now - length + 1)), ReadingTime.ofMicros(now + 1));
  }

  private static RollingAverage average(Statistics statistics, long length, long now) {
    return RollingAverage.of(statistics.mean(), statistics.count(), length, now);
  }
}
