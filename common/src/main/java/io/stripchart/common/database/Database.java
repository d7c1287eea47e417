package io.stripchart.common.database;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;

/** Opens the database and keeps its schema up to date. */
public final class Database {
  private static final int CONNECT_SECONDS = 5;
  private static final int LOGIN_SECONDS = 10;
  private static final int MIGRATION_SECONDS = 600;
  private static final int PIPELINING = 64;

  private Database() {}

  /**
   * A pool of pipelined connections with prepared statements cached; connects when it is first
   * used.
   *
   * @param name of the connections, as {@code pg_stat_activity} shows it
   */
  public static Pool pool(Vertx vertx, DatabaseSettings settings, String name) {
    return pool(vertx, settings, name, Map.of());
  }

  /**
   * As the other.
   *
   * @param parameters of the server, for these connections
   */
  public static Pool pool(
      Vertx vertx, DatabaseSettings settings, String name, Map<String, String> parameters) {
    return pool(vertx, settings, name, parameters, SqlConnection::close);
  }

  /**
   * As the other.
   *
   * @param opened is given each new connection, and closes it once it may be used
   */
  public static Pool pool(
      Vertx vertx,
      DatabaseSettings settings,
      String name,
      Map<String, String> parameters,
      Handler<SqlConnection> opened) {
    var options = options(settings, name);
    parameters.forEach(options::addProperty);
    return PgBuilder.pool()
        .with(limits(settings))
        .with(net(settings))
        .connectingTo(options)
        .withConnectHandler(opened)
        .using(vertx)
        .build();
  }

  /**
   * As {@link #pool}, but connections are shared: statements of several callers are sent one behind
   * the other without waiting for answers. For short statements only, as a long one holds up those
   * behind it.
   *
   * @param opened as of {@link #pool(Vertx, DatabaseSettings, String, Map, Handler)}
   */
  public static SqlClient pipelined(
      Vertx vertx, DatabaseSettings settings, String name, Handler<SqlConnection> opened) {
    return PgBuilder.client()
        .with(limits(settings))
        .with(net(settings))
        .connectingTo(options(settings, name))
        .withConnectHandler(opened)
        .using(vertx)
        .build();
  }

  /**
   * Whether the database accepts a new connection and answers.
   *
   * @return fails if it has not done so within some seconds
   */
  public static Future<Void> probe(Vertx vertx, DatabaseSettings settings, String name) {
    var one = new DatabaseSettings(settings.uri(), 1, Duration.ofSeconds(CONNECT_SECONDS));
    var client = pool(vertx, one, name);
    return client
        .query("select 1")
        .execute()
        .timeout(CONNECT_SECONDS, TimeUnit.SECONDS)
        .<Void>mapEmpty()
        .onComplete(done -> client.close().onFailure(failure -> {}));
  }

  private static PgConnectOptions options(DatabaseSettings settings, String name) {
    var options = PgConnectOptions.fromUri(settings.uri().reveal());
    SessionParameters.of(options.getProperties()).forEach(options::addProperty);
    return options
        .setSslOptions(DatabaseTls.options(options.getSslMode()))
        .setPipeliningLimit(PIPELINING)
        .setCachePreparedStatements(true)
        // The default leaves out those of 2,048 characters and more, which take longest to plan.
        .setPreparedStatementCacheSqlFilter(any -> true)
        .addProperty("application_name", name)
        .addProperty("statement_timeout", Long.toString(settings.statementTimeout().toMillis()));
  }

  /**
   * Gives up a server that does not answer, not even that the statement timed out; the pool then
   * also closes connections that were idle for so long.
   */
  private static NetClientOptions net(DatabaseSettings settings) {
    return new NetClientOptions()
        .setConnectTimeout((int) TimeUnit.SECONDS.toMillis(CONNECT_SECONDS))
        .setTcpKeepAlive(true)
        .setIdleTimeout((int) settings.statementTimeout().toSeconds() + CONNECT_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
  }

  /** Callers wait for a connection that others use for as long as a statement may take. */
  static PoolOptions limits(DatabaseSettings settings) {
    return new PoolOptions()
        .setMaxSize(settings.poolSize())
        .setConnectionTimeout(CONNECT_SECONDS + (int) settings.statementTimeout().toSeconds())
        .setConnectionTimeoutUnit(TimeUnit.SECONDS)
        .setMaxWaitQueueSize(10_000);
  }

  /**
   * Applies the migrations that the database lacks. Several processes may do so at once.
   *
   * @return fails if the database is away, or holds a schema that is newer than this program or
   *     altered by hand
   */
  public static Future<Void> migrate(Vertx vertx, DatabaseSettings settings) {
    return vertx.executeBlocking(
        () -> {
          var options = PgConnectOptions.fromUri(settings.uri().reveal());
          Flyway.configure()
              .dataSource(jdbcUrl(options), options.getUser(), options.getPassword())
              .locations("classpath:io/stripchart/common/database/migrations")
              .connectRetries(0)
              .load()
              .migrate();
          return null;
        });
  }

  /** The same database for the migrations' JDBC driver; without credentials, which go beside it. */
  private static String jdbcUrl(PgConnectOptions options) {
    var url =
        new StringBuilder(
                String.format(
                    Locale.ROOT,
                    "jdbc:postgresql://%s:%d/%s",
                    options.getHost(),
                    options.getPort(),
                    options.getDatabase()))
            .append("?connectTimeout=")
            .append(CONNECT_SECONDS)
            .append("&loginTimeout=")
            .append(LOGIN_SECONDS)
            .append("&socketTimeout=")
            .append(MIGRATION_SECONDS)
            .append("&sslmode=")
            .append(options.getSslMode().value)
            .append(DatabaseTls.jdbcParameters(options.getSslMode()))
            .append("&tcpKeepAlive=true&options=")
            .append(SessionParameters.jdbcOptions(options.getProperties(), MIGRATION_SECONDS));
    var schema = options.getProperties().get("search_path");
    if (schema != null) url.append("&currentSchema=").append(schema);
    return url.toString();
  }
}
