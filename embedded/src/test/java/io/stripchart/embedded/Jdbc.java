package io.stripchart.embedded;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A plain client's side of a test. */
final class Jdbc {
  private Jdbc() {}

  static void execute(String uri, String sql) throws SQLException {
    try (var connection = connect(uri);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, as text. */
  static String ask(String uri, String sql) throws SQLException {
    try (var connection = connect(uri);
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      if (!found.next()) {
        throw new IllegalStateException("no row: " + sql);
      }
      return found.getString(1);
    }
  }

  static Connection connect(String uri) throws SQLException {
    var parts = URI.create(uri);
    var colon = parts.getUserInfo().indexOf(':');
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + parts.getPort() + parts.getPath(),
        parts.getUserInfo().substring(0, colon),
        parts.getUserInfo().substring(colon + 1));
  }
}
