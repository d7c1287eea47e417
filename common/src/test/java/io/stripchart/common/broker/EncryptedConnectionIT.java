package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code amqps}: a server that encrypts stands before the broker, with a certificate of its own.
 */
@Timeout(90)
class EncryptedConnectionIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();

  private final Vertx vertx = Vertx.vertx();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
  private NetServer server;

  @BeforeEach
  void serve() {
    var options =
        new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    server = vertx.createNetServer(options).connectHandler(this::forward);
    server.listen(0, "127.0.0.1").await();
  }

  private void forward(NetSocket client) {
    var target = URI.create(broker.directUri());
    client.pause();
    vertx
        .createNetClient()
        .connect(target.getPort(), target.getHost())
        .onSuccess(
            behind -> {
              behind.handler(client::write).closeHandler(end -> client.close());
              client.handler(behind::write).closeHandler(end -> behind.close());
              client.resume();
            });
  }

  @AfterEach
  void close() {
    vertx.close().await();
    certificate.delete();
  }

  private BrokerSettings settings(String host) {
    var plain = URI.create(broker.directUri());
    var uri =
        "amqps://%s@%s:%d%s"
            .formatted(plain.getRawUserInfo(), host, server.actualPort(), plain.getRawPath());
    return BrokerSettings.of(new Secret(uri));
  }

  private HostVerifyingTrust trustInCertificate() throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var file = Files.newInputStream(Path.of(certificate.certificatePath()))) {
      store.setCertificateEntry(
          "broker", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return new HostVerifyingTrust((X509ExtendedTrustManager) factory.getTrustManagers()[0]);
  }

  @Test
  void publishesWhereTheCertificateIsTrustedAndOfTheHost() throws Exception {
    var opened = new ClientConnector(vertx, settings("localhost"), trustInCertificate()).open("t");
    assertThat(opened.channel().isOpen()).isTrue();
    opened.socket().close();
    assertThat(opened.frames()).isNull();
  }

  @Test
  void doesNotPublishWhereTheCertificateIsOfAnotherHost() throws Exception {
    var connector = new ClientConnector(vertx, settings("127.0.0.1"), trustInCertificate());
    assertThatThrownBy(() -> connector.open("test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("alternative names");
  }

  @Test
  void neitherPublishesNorReceivesWhereTheCertificateIsNotTrusted() {
    var settings = settings("localhost");
    assertThatThrownBy(() -> new ClientConnector(vertx, settings).open("test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certification path");
    assertThatThrownBy(() -> new BoundedConnector(settings).open("test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certification path");
  }
}
