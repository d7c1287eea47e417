package io.stripchart.common.database;

import io.stripchart.common.settings.Secret;
import io.stripchart.common.settings.Settings;
import java.time.Duration;

/**
 * How the database is reached.
 *
 * @param uri {@code postgresql://user:password@host:port/database}, with options of the PostgreSQL
 *     URI format
 * @param poolSize connections at most of one role
 * @param statementTimeout after which the server ends a statement
 */
public record DatabaseSettings(Secret uri, int poolSize, Duration statementTimeout) {

  /**
   * @param uri of the database, which the caller reads, as it may be an embedded one
   */
  public static DatabaseSettings from(Settings settings, Secret uri) {
    return new DatabaseSettings(
        uri,
        settings.count("STRIPCHART_DATABASE_POOL", 4, 1, 100),
        settings.duration(
            "STRIPCHART_STATEMENT_TIMEOUT",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofHours(1)));
  }

  /** Limits as they are by default. */
  public static DatabaseSettings of(Secret uri) {
    return new DatabaseSettings(uri, 4, Duration.ofSeconds(30));
  }
}
