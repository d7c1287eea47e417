package io.stripchart.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Secret;
import io.stripchart.embedded.EmbeddedDatabase;
import io.stripchart.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("brokerless")
@Timeout(120)
class DatabaseTlsIT {
  private static final String ENCRYPTED =
      "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

  private static final Vertx vertx = Vertx.vertx();
  private static final SelfSignedCertificate certificate =
      SelfSignedCertificate.create("localhost");
  private static EmbeddedDatabase database;

  @BeforeAll
  static void startWithACertificateThatNobodyTrusts() {
    database = EmbeddedDatabase.start(EmbeddedDatabase.Config.temporary());
    var sql = new Sql(database.uri());
    sql.execute("alter system set ssl_cert_file = '" + certificate.certificatePath() + "'");
    sql.execute("alter system set ssl_key_file = '" + certificate.privateKeyPath() + "'");
    sql.execute("alter system set ssl = on");
    sql.query("select pg_reload_conf()");
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
    database.close();
    certificate.delete();
  }

  private static DatabaseSettings settings(String mode) {
    return DatabaseSettings.of(new Secret(database.uri() + "?sslmode=" + mode));
  }

  private static boolean isEncrypted(String mode) {
    var pool = Database.pool(vertx, settings(mode), "test");
    try {
      return pool.query(ENCRYPTED).execute().await().iterator().next().getBoolean(0);
    } finally {
      pool.close().await();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefer", "require"})
  void encryptsAndMigratesWithoutLookingAtTheCertificate(String mode) {
    assertThat(isEncrypted(mode)).isTrue();
    Database.migrate(vertx, settings(mode)).await();
  }

  @Test
  void encryptsNothingWhereToldSo() {
    assertThat(isEncrypted("disable")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void refusesACertificateThatJavaDoesNotTrust(String mode) {
    assertThatThrownBy(() -> isEncrypted(mode)).hasMessageContaining("SSL handshake failed");
    assertThatThrownBy(() -> Database.migrate(vertx, settings(mode)).await())
        .hasStackTraceContaining("unable to find valid certification path");
  }
}
