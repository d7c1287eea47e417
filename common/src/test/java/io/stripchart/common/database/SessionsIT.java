package io.stripchart.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(120)
class SessionsIT {
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();

  @BeforeEach
  void makeCommitsOfTheDatabaseUnsafe() {
    var name = database.query("select current_database()").get(0).get(0);
    database.execute("alter database " + name + " set synchronous_commit = off");
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private DatabaseSettings settings() {
    return DatabaseSettings.of(new Secret(database.uri()));
  }

  private static String show(SqlClient client, String parameter) {
    return client.query("show " + parameter).execute().await().iterator().next().getString(0);
  }

  private static void assertParameters(SqlClient client) {
    assertThat(show(client, "synchronous_commit")).isEqualTo("on");
    assertThat(show(client, "idle_in_transaction_session_timeout")).isEqualTo("10s");
    assertThat(show(client, "tcp_keepalives_idle")).isEqualTo("10");
    assertThat(show(client, "tcp_keepalives_interval")).isEqualTo("5");
    assertThat(show(client, "tcp_keepalives_count")).isEqualTo("3");
    assertThat(show(client, "tcp_user_timeout")).isEqualTo("20000");
  }

  @Test
  void commitDurablyAndNoticeThatTheirClientIsGone() {
    var pool = Database.pool(vertx, settings(), "test");
    assertParameters(pool);
    pool.close().await();
    var pipelined = Database.pipelined(vertx, settings(), "test", SqlConnection::close);
    assertParameters(pipelined);
    pipelined.close().await();
  }

  @Test
  void transactionsCommitDurablyWhereAPoolerHasDroppedTheParameters() {
    var pool = Database.pool(vertx, settings(), "test");
    var connection = pool.getConnection().await();
    var dropped =
        connection
            .query("set synchronous_commit = off; set idle_in_transaction_session_timeout = 0")
            .execute()
            .await();
    assertThat(dropped).isNotNull();
    assertThat(connection.query(SessionParameters.BEGIN).execute().await()).isNotNull();
    assertThat(show(connection, "synchronous_commit")).isEqualTo("on");
    assertThat(show(connection, "idle_in_transaction_session_timeout")).isEqualTo("10s");
    assertThat(connection.query("rollback").execute().await()).isNotNull();
    assertThat(show(connection, "synchronous_commit")).isEqualTo("off");
    connection.close().await();
    pool.close().await();
  }

  @Test
  void migrationsCommitDurablyToo() {
    database.execute("create schema aside");
    database.execute(
        "create function aside.told() returns event_trigger language plpgsql as $$ begin"
            + " raise exception 'synchronous_commit=%', current_setting('synchronous_commit');"
            + " end $$");
    database.execute("create event trigger told on ddl_command_end execute function aside.told()");
    assertThat(Database.migrate(vertx, settings()).transform(done -> told(done.cause())).await())
        .contains("synchronous_commit=on");
  }

  private static io.vertx.core.Future<String> told(Throwable failure) {
    var text = new StringBuilder();
    for (var cause = failure; cause != null; cause = cause.getCause()) text.append(cause);
    return io.vertx.core.Future.succeededFuture(text.toString());
  }

  @Test
  void aSessionThatFallsSilentInATransactionReleasesItsLocks() {
    var pool = Database.pool(vertx, settings(), "vanishing");
    var connection = pool.getConnection().await();
    var begun = connection.query("begin; select pg_advisory_xact_lock(7)").execute().await();
    assertThat(begun).isNotNull();
    var frozen = database.frozen();
    try (frozen) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> database.number("select pg_try_advisory_lock(7)::int") == 1);
    }
    pool.close().await();
  }
}
