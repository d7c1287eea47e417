package io.stripchart.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Queries a database for assertions. Each call has a connection and a transaction of its own; a
 * failure is an {@link IllegalStateException} with the statement.
 *
 * @param uri {@code postgresql://user:password@host:port/database}
 */
public record Sql(String uri) {
  /**
   * The rows of a query.
   *
   * @param parameters for each {@code ?}; an {@link Instant} is a {@code timestamptz}
   * @return row by row, column by column; a {@code timestamptz} is an {@link Instant}, an array a
   *     {@link List}, and null stays null
   */
  public List<List<Object>> query(String sql, Object... parameters) {
    try (var connection = connect();
        var statement = prepare(connection, sql, parameters);
        var rows = statement.executeQuery()) {
      var all = new ArrayList<List<Object>>();
      while (rows.next()) {
        all.add(row(rows));
      }
      return all;
    } catch (SQLException failure) {
      throw new IllegalStateException(sql + ": " + failure.getMessage(), failure);
    }
  }

  /** The first column of a query's only row, such as a {@code count(*)}. */
  public long number(String sql, Object... parameters) {
    var rows = query(sql, parameters);
    if (rows.size() != 1) {
      throw new IllegalStateException("one row expected, " + rows.size() + " found: " + sql);
    }
    return ((Number) rows.get(0).get(0)).longValue();
  }

  /**
   * Runs a statement that gives no rows.
   *
   * @return how many rows it changed
   */
  public int execute(String sql, Object... parameters) {
    try (var connection = connect();
        var statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(sql + ": " + failure.getMessage(), failure);
    }
  }

  /**
   * A JDBC connection, for a test that needs a transaction of its own; the caller closes it.
   *
   * @throws SQLException if there is none within 10 s
   */
  public Connection connect() throws SQLException {
    var parts = URI.create(uri);
    var properties = new Properties();
    var credentials = parts.getRawUserInfo();
    if (credentials != null) {
      var colon = credentials.indexOf(':');
      properties.put("user", decoded(colon < 0 ? credentials : credentials.substring(0, colon)));
      properties.put("password", decoded(colon < 0 ? "" : credentials.substring(colon + 1)));
    }
    properties.put("loginTimeout", "10");
    properties.put("socketTimeout", "60");
    var port = parts.getPort() < 0 ? 5432 : parts.getPort();
    return DriverManager.getConnection(
        "jdbc:postgresql://" + parts.getHost() + ":" + port + parts.getRawPath(), properties);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    var statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      var value =
          parameters[i] instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : parameters[i];
      statement.setObject(i + 1, value);
    }
    return statement;
  }

  private static List<Object> row(ResultSet rows) throws SQLException {
    var row = new ArrayList<Object>();
    for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
      var value = rows.getObject(column);
      if (value instanceof Timestamp time) {
        value = time.toInstant();
      } else if (value instanceof Array array) {
        value = Arrays.asList((Object[]) array.getArray());
      }
      row.add(value);
    }
    return row;
  }
}
