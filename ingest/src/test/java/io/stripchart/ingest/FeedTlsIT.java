package io.stripchart.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.broker.Topology;
import io.stripchart.ingest.protocol.Subprotocol;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Ingest runs, and is not asked.
@Timeout(90)
class FeedTlsIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();

  private static final Vertx vertx = Vertx.vertx();

  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
  private FeedServer feed;

  @TempDir private Path folder;

  @BeforeEach
  void serve() {
    var options =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    feed = FeedServer.start(vertx, Subprotocol.MODERN, options);
  }

  @AfterEach
  void stopServing() {
    feed.close();
    certificate.delete();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private RunningIngest ingest(JsonObject entry, String host) throws IOException {
    entry
        .put("series", "test.temperature")
        .put("url", "wss://user:hush%%21@%s:%d/graphql".formatted(host, feed.port()));
    var file = folder.resolve("feeds.json");
    Files.writeString(file, new JsonArray().add(entry).encode());
    return RunningIngest.start(
        vertx,
        broker.uri(),
        Map.of("STRIPCHART_FEEDS_FILE", file.toString(), "STRIPCHART_FEEDS", "none"));
  }

  private void assertStaysAway(RunningIngest ingest) {
    await()
        .during(2, SECONDS)
        .atMost(30, SECONDS)
        .until(() -> !feed.hasNext() && ingest.metric("stripchart.feeds.connected") == 0);
  }

  @Test
  void recordsAnEncryptedFeedWhoseCertificateItTrusts() throws Exception {
    var entry = new JsonObject().put("trust", certificate.certificatePath());
    try (var kept = Kept.in(vertx, broker.directUri(), Topology.PERSIST);
        var ingest = ingest(entry, "localhost")) {
      feed.next().value(21.5);
      await().atMost(30, SECONDS).until(() -> kept.values("test.temperature").contains(21.5));
      assertThat(ingest.metric("stripchart.feeds.connected")).isEqualTo(1);
      // user:hush!
      assertThat(feed.authorization()).isEqualTo("Basic dXNlcjpodXNoIQ==");
    }
  }

  @Test
  void trustsNoCertificateOfAnUnknownSigner() throws Exception {
    try (var ingest = ingest(new JsonObject(), "localhost")) {
      assertStaysAway(ingest);
    }
  }

  @Test
  void trustsNoCertificateOfAnotherHost() throws Exception {
    var entry = new JsonObject().put("trust", certificate.certificatePath());
    try (var ingest = ingest(entry, "127.0.0.1")) {
      assertStaysAway(ingest);
    }
  }

  @Test
  void sendsHeadersAndConnectionParams() throws Exception {
    var entry =
        new JsonObject()
            .put("trust", certificate.certificatePath())
            .put("query", "subscription T($r: Int) { t(room: $r) }")
            .put("variables", new JsonObject().put("r", 7))
            .put("headers", new JsonObject().put("authorization", "Bearer t"))
            .put("connectionParams", new JsonObject().put("token", "t"));
    try (var ingest = ingest(entry, "localhost")) {
      var heard = feed.next().heard();
      assertThat(feed.authorization()).isEqualTo("Bearer t");
      assertThat(heard.remove().getJsonObject("payload").getString("token")).isEqualTo("t");
      var subscription = heard.remove().getJsonObject("payload");
      assertThat(subscription.getString("query")).startsWith("subscription T");
      assertThat(subscription.getJsonObject("variables").getInteger("r")).isEqualTo(7);
    }
  }
}
