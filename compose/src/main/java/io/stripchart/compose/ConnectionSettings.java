package io.stripchart.compose;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.common.settings.Settings;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The broker and the database, each from a setting or embedded, with its URI once it runs.
 *
 * @param brokerUri empty if it is to be embedded
 * @param databaseUri empty if it is to be embedded
 * @param broker all other settings; its URI is empty if it is to be embedded
 * @param database all other settings; its URI is empty if it is to be embedded
 */
record ConnectionSettings(
    Optional<Secret> brokerUri,
    Optional<Secret> databaseUri,
    BrokerSettings broker,
    DatabaseSettings database) {
  private static final String BROKER = "STRIPCHART_AMQP_URI";
  private static final String BROKER_FORM = "amqp://user:password@host:port/vhost, or amqps:";
  private static final String DATABASE = "STRIPCHART_DATABASE_URI";
  private static final String DATABASE_FORM = "postgresql://user:password@host:port/database";

  static ConnectionSettings from(Settings settings) {
    var broker = read(settings, BROKER, BROKER_FORM, ConnectionSettings::checkBroker);
    var database = read(settings, DATABASE, DATABASE_FORM, PgConnectOptions::fromUri);
    return new ConnectionSettings(
        broker,
        database,
        BrokerSettings.from(settings, broker.orElseGet(() -> new Secret(""))),
        DatabaseSettings.from(settings, database.orElseGet(() -> new Secret(""))));
  }

  /** Adds problems for missing URIs if the embedded servers are not installed. */
  void checkGiven(Settings settings) {
    if (brokerUri.isEmpty()) settings.problem(missing(BROKER, BROKER_FORM));
    if (databaseUri.isEmpty()) settings.problem(missing(DATABASE, DATABASE_FORM));
  }

  private static String missing(String name, String form) {
    return name + ": must be set, as this installation embeds nothing; must be " + form;
  }

  BrokerSettings brokerAt(String uri) {
    return broker.at(new Secret(uri));
  }

  DatabaseSettings databaseAt(String uri) {
    return new DatabaseSettings(new Secret(uri), database.poolSize(), database.statementTimeout());
  }

  /** The printable part of a database URI, without user, password and options. */
  static String place(String databaseUri) {
    var options = PgConnectOptions.fromUri(databaseUri);
    return String.format(
        Locale.ROOT,
        "postgresql://%s:%d/%s",
        options.getHost(),
        options.getPort(),
        options.getDatabase());
  }

  private static Optional<Secret> read(
      Settings settings, String name, String form, Consumer<String> check) {
    var uri = settings.secret(name, form);
    try {
      uri.map(Secret::reveal).ifPresent(check);
      return uri;
    } catch (RuntimeException unusable) {
      // Not its message, which may hold the password.
      settings.problem(name + ": cannot be used; must be " + form);
      return Optional.empty();
    }
  }

  private static void checkBroker(String text) {
    var uri = URI.create(text);
    boolean known = "amqp".equals(uri.getScheme()) || "amqps".equals(uri.getScheme());
    if (!known || uri.getHost() == null) throw new IllegalArgumentException("no broker's URI");
  }
}
