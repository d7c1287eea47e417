package io.stripchart.ingest.feed;

import io.stripchart.common.operations.OneLine;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts what another trust manager trusts, and reports why it does not trust a certificate. */
final class FeedTrust implements TrustOptions {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int MAX_NAMES = 5;

  private final TrustOptions trusted;

  /**
   * @param trusted null for the system's certificates
   */
  FeedTrust(TrustOptions trusted) {
    this.trusted = trusted;
  }

  /** Why a certificate is not trusted, for people. */
  static final class UntrustedException extends CertificateException {
    private static final long serialVersionUID = 1;

    UntrustedException(String message, CertificateException cause) {
      super(message, cause);
    }
  }

  @Override
  public TrustOptions copy() {
    return this;
  }

  @Override
  public TrustManagerFactory getTrustManagerFactory(Vertx vertx) throws Exception {
    TrustManagerFactory factory;
    if (trusted != null) {
      factory = trusted.getTrustManagerFactory(vertx);
    } else {
      factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
    }
    for (var manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return TrustOptions.wrap(new Explaining(extended)).getTrustManagerFactory(vertx);
      }
    }
    return factory;
  }

  @Override
  public Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) {
    return serverName -> null;
  }

  private static final class Explaining extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trusted;

    Explaining(X509ExtendedTrustManager trusted) {
      this.trusted = trusted;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      try {
        trusted.checkServerTrusted(chain, type, engine);
      } catch (CertificateException e) {
        throw new UntrustedException(why(chain, engine.getPeerHost(), e), e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      trusted.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      trusted.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      trusted.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      trusted.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      trusted.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trusted.getAcceptedIssuers();
    }
  }

  private static String why(X509Certificate[] chain, String host, CertificateException failure) {
    boolean ofPath = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return validity(chain, failure);
      }
      ofPath |= cause instanceof CertPathBuilderException;
      ofPath |= cause instanceof CertPathValidatorException;
    }
    var leaf = chain[0];
    if (failure.getCause() == null && !ofPath) {
      return "the certificate is for " + names(leaf) + ", and not for " + host;
    }
    if (isUnknown(failure)) {
      return "the certificate's authority is unknown: "
          + OneLine.of(leaf.getIssuerX500Principal().getName())
          + "; \"trust\" of the feed names the certificates to trust";
    }
    return "the certificate is not trusted: " + OneLine.of(failure);
  }

  private static boolean isUnknown(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) return true;
      if (cause instanceof CertPathValidatorException path
          && path.getReason() != CertPathValidatorException.BasicReason.UNSPECIFIED) {
        return false;
      }
    }
    return true;
  }

  private static String validity(X509Certificate[] chain, CertificateException failure) {
    var now = Instant.now();
    for (var certificate : chain) {
      var subject = OneLine.of(certificate.getSubjectX500Principal().getName());
      if (certificate.getNotAfter().toInstant().isBefore(now)) {
        return "the certificate of "
            + subject
            + " has expired at "
            + certificate.getNotAfter().toInstant();
      }
      if (certificate.getNotBefore().toInstant().isAfter(now)) {
        return "the certificate of "
            + subject
            + " is not valid before "
            + certificate.getNotBefore().toInstant();
      }
    }
    return OneLine.of(failure);
  }

  /** The hosts that a certificate is for, as it names them. */
  private static String names(X509Certificate certificate) {
    var names = new ArrayList<String>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      for (var alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        boolean isHost = alternative.get(0).equals(DNS_NAME);
        boolean isAddress = alternative.get(0).equals(IP_ADDRESS);
        if (isHost || isAddress) names.add(OneLine.of(String.valueOf(alternative.get(1))));
      }
    } catch (CertificateParsingException e) {
      return "names that cannot be read";
    }
    if (names.isEmpty()) {
      return "no host by name (subject "
          + OneLine.of(certificate.getSubjectX500Principal().getName())
          + ")";
    }
    int more = names.size() - MAX_NAMES;
    var shown = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
