package io.stripchart.api.series;

import static io.stripchart.api.rest.Table.column;

import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.rest.Table;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.common.reading.Reading;
import java.util.List;

/** The columns of the rows of each query. */
final class Tables {
  static final Table<Reading> READINGS =
      new Table<>(List.of(column("time", Reading::time), column("value", Reading::value)));

  static final Table<SeriesRow> SERIES =
      new Table<>(
          List.of(
              column("name", SeriesRow::name),
              column("unit", SeriesRow::unit),
              column("description", SeriesRow::description)));

  static final Table<Bucket> BUCKETS =
      new Table<>(
          List.of(
              column("start", Bucket::start),
              column("count", Bucket::count),
              column("min", Bucket::min),
              column("max", Bucket::max),
              column("mean", Bucket::mean),
              column("first", Bucket::first),
              column("last", Bucket::last)));

  static final Table<Statistics> STATISTICS =
      new Table<>(
          List.of(
              column("count", Statistics::count),
              column("min", Statistics::min),
              column("max", Statistics::max),
              column("mean", Statistics::mean),
              column("stddev", Statistics::stddevOrNull),
              column("sum", Statistics::sumOrNull),
              column("first", Statistics::first),
              column("last", Statistics::last)));

  private Tables() {}
}
