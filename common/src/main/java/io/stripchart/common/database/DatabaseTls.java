package io.stripchart.common.database;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.SslMode;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.TrustManagerFactory;

/**
 * The meaning of {@code sslmode} in a database URI: {@code require} encrypts and checks nothing, as
 * in PostgreSQL's own clients; {@code verify-ca} and {@code verify-full} check the server's
 * certificate against Java's trust store, {@code verify-full} also its name.
 */
final class DatabaseTls {
  private DatabaseTls() {}

  static ClientSSLOptions options(SslMode mode) {
    return switch (mode) {
      case VERIFY_CA -> checked("");
      case VERIFY_FULL -> checked("HTTPS");
      default -> new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm("");
    };
  }

  private static ClientSSLOptions checked(String names) {
    return new ClientSSLOptions()
        .setTrustOptions(trustOfJava())
        .setHostnameVerificationAlgorithm(names);
  }

  private static TrustOptions trustOfJava() {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return TrustOptions.wrap(factory.getTrustManagers()[0]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java's trust store cannot be read: " + e.getMessage(), e);
    }
  }

  /** The same for the JDBC driver, beside its {@code sslmode}. */
  static String jdbcParameters(SslMode mode) {
    return switch (mode) {
      case VERIFY_CA, VERIFY_FULL -> "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory";
      default -> "";
    };
  }
}
