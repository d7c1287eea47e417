package io.stripchart.api.rest;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The columns of rows, the same in each format. */
public final class Table<T> {
  /**
   * @param value gives a number, a time, a reading, a text, or null
   */
  public record Column<T>(String name, Function<T, Object> value) {}

  private final List<Column<T>> columns;

  public Table(List<Column<T>> columns) {
    this.columns = List.copyOf(columns);
  }

  public static <T> Column<T> column(String name, Function<T, Object> value) {
    return new Column<>(name, value);
  }

  /** The text before the first row. */
  public String head(Format format) {
    if (format != Format.CSV) return "";
    return columns.stream().map(Column::name).collect(Collectors.joining(",")) + "\r\n";
  }

  /** Rows of CSV or NDJSON, each with its end of line. */
  public void lines(StringBuilder text, Format format, Collection<T> rows) {
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
  public void json(StringBuilder text, T row) {
    text.append('{');
    members(text, row);
    text.append('}');
  }

  /** The contents of an object. */
  public void members(StringBuilder text, T row) {
    String separator = "\"";
    for (var column : columns) {
      text.append(separator).append(column.name).append("\":");
      Text.json(text, column.value.apply(row));
      separator = ",\"";
    }
  }

  /** An array of objects. */
  public void array(StringBuilder text, Collection<T> rows) {
    String separator = "[";
    for (var row : rows) {
      json(text.append(separator), row);
      separator = ",";
    }
    text.append(rows.isEmpty() ? "[]" : "]");
  }
}
