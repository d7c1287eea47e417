package io.stripchart.api.rest;

import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.common.reading.Reading;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What rows look like: the same columns in each format. */
final class Table<T> {
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
              column("stddev", Statistics::stddev),
              column("sum", Statistics::sum),
              column("first", Statistics::first),
              column("last", Statistics::last)));

  private record Column<T>(String name, Function<T, Object> value) {}

  private final List<Column<T>> columns;

  private Table(List<Column<T>> columns) {
    this.columns = columns;
  }

  private static <T> Column<T> column(String name, Function<T, Object> value) {
    return new Column<>(name, value);
  }

  /** What stands before the first row. */
  String head(Format format) {
    if (format != Format.CSV) return "";
    return columns.stream().map(Column::name).collect(Collectors.joining(",")) + "\r\n";
  }

  /** Rows of CSV or NDJSON, each with its end of line. */
  void lines(StringBuilder text, Format format, Collection<T> rows) {
    for (var row : rows) {
      if (format == Format.CSV) {
        csv(text, row);
        text.append("\r\n");
      } else {
        json(text, row);
        text.append('\n');
      }
    }
  }

  private void csv(StringBuilder text, T row) {
    String separator = "";
    for (var column : columns) {
      text.append(separator);
      Text.csv(text, column.value.apply(row));
      separator = ",";
    }
  }

  /** An object. */
  void json(StringBuilder text, T row) {
    text.append('{');
    members(text, row);
    text.append('}');
  }

  /** What is inside of an object. */
  void members(StringBuilder text, T row) {
    String separator = "\"";
    for (var column : columns) {
      text.append(separator).append(column.name).append("\":");
      Text.json(text, column.value.apply(row));
      separator = ",\"";
    }
  }

  /** An array of objects. */
  void array(StringBuilder text, Collection<T> rows) {
    String separator = "[";
    for (var row : rows) {
      json(text.append(separator), row);
      separator = ",";
    }
    text.append(rows.isEmpty() ? "[]" : "]");
  }
}
