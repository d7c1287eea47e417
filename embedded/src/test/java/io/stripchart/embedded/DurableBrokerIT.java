package io.stripchart.embedded;

import static io.stripchart.embedded.Amqp.publish;
import static io.stripchart.embedded.Amqp.take;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("brokerless")
@Timeout(120)
class DurableBrokerIT {
  @TempDir Path folder;

  @Test
  void losesNoConfirmedMessageWhenItIsKilled() throws Exception {
    Set<String> confirmed;
    try (var child = Child.start(EmbeddedBroker.class, folder, 0)) {
      confirmed = publishUntilKilled(child);
    }
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.durable(folder));
        var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      assertThat(drain(channel)).containsAll(confirmed);
    }
  }

  @Test
  void keepsQueuesAndMessagesAcrossACleanRestart() throws Exception {
    var config = EmbeddedBroker.Config.durable(folder);
    try (var broker = EmbeddedBroker.start(config);
        var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      channel.queueDeclare("kept", true, false, false, null);
      channel.confirmSelect();
      publish(channel, "kept", "1");
      channel.waitForConfirmsOrDie(10_000);
    }
    try (var broker = EmbeddedBroker.start(config.withCredentials("another", "password"));
        var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      assertThat(take(channel, "kept")).isEqualTo("1");
    }
  }

  @Test
  void refusesAMessageAboveItsLimitAndTakesTheNext() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.durable(folder));
        var connection = Amqp.connect(broker.uri())) {
      try (var channel = connection.createChannel()) {
        channel.queueDeclare("kept", true, false, false, null);
        channel.confirmSelect();
        publish(channel, "kept", "1".repeat(EmbeddedBroker.MAX_MESSAGE_BYTES));
        channel.waitForConfirmsOrDie(60_000);
      }
      var refused = connection.createChannel();
      refused.confirmSelect();
      var ended = new CompletableFuture<ShutdownSignalException>();
      refused.addShutdownListener(ended::complete);
      publish(refused, "kept", "2".repeat(60 << 20));
      assertThat(ended.get(60, TimeUnit.SECONDS))
          .hasMessageContaining("311")
          .hasMessageContaining(Integer.toString(60 << 20));
      try (var again = Amqp.connect(broker.uri());
          var channel = again.createChannel()) {
        channel.confirmSelect();
        publish(channel, "kept", "3");
        channel.waitForConfirmsOrDie(60_000);
        assertThat(take(channel, "kept")).hasSize(EmbeddedBroker.MAX_MESSAGE_BYTES);
        assertThat(take(channel, "kept")).isEqualTo("3");
      }
    }
  }

  /** As a version without a limit left them, which stood in the way of everything behind them. */
  @Test
  void movesMessagesAboveItsLimitToFiles() throws Exception {
    var config = EmbeddedBroker.Config.durable(folder);
    var large = "l".repeat(1_000_001);
    try (var server = QpidServer.start(config, 2_000_000);
        var connection = Amqp.connect(uri(config, server));
        var channel = connection.createChannel()) {
      channel.queueDeclare("kept", true, false, false, null);
      channel.confirmSelect();
      for (var body : List.of("1", large, "2", large)) publish(channel, "kept", body);
      channel.waitForConfirmsOrDie(10_000);
    }
    for (int start = 0; start < 2; start++) {
      try (var server = QpidServer.start(config, 1_000_000);
          var connection = Amqp.connect(uri(config, server));
          var channel = connection.createChannel()) {
        assertThat(channel.queueDeclarePassive("kept").getMessageCount()).isEqualTo(2);
      }
    }
    try (var server = QpidServer.start(config, 1_000_000);
        var connection = Amqp.connect(uri(config, server));
        var channel = connection.createChannel();
        var files = Files.list(folder.resolve("oversized"))) {
      assertThat(take(channel, "kept")).isEqualTo("1");
      assertThat(take(channel, "kept")).isEqualTo("2");
      assertThat(files).hasSize(2).allSatisfy(file -> assertThat(file).hasContent(large));
    }
  }

  @Test
  void limitsAQueueThatIsThereAlready() throws Exception {
    var config = EmbeddedBroker.Config.durable(folder);
    try (var broker = EmbeddedBroker.start(config);
        var connection = Amqp.connect(broker.uri());
        var channel = connection.createChannel()) {
      broker.limitQueue("kept", 10, 1_000_000);
      channel.queueDeclare("kept", true, false, false, null);
      broker.limitQueue("kept", 10, 1_000_000);
      channel.confirmSelect();
      for (int i = 0; i < 25; i++) publish(channel, "kept", Integer.toString(i));
      channel.waitForConfirmsOrDie(10_000);
      assertThat(take(channel, "kept")).isEqualTo("15");
      for (int i = 0; i < 3; i++) publish(channel, "kept", i + "x".repeat(600_000));
      channel.waitForConfirmsOrDie(10_000);
      assertThat(take(channel, "kept")).startsWith("2x");
      assertThat(take(channel, "kept")).isNull();
    }
  }

  private static String uri(EmbeddedBroker.Config config, QpidServer server) {
    return "amqp://" + config.user() + ":" + config.password() + "@127.0.0.1:" + server.port();
  }

  @Test
  void stopsOnSigterm() throws Exception {
    try (var child = Child.start(EmbeddedBroker.class, folder, 0)) {
      // 128 + 15, as every JVM that SIGTERM ended.
      assertThat(child.terminate()).isEqualTo(143);
    }
  }

  @Test
  void refusesAFolderThatAnotherOneUses() throws Exception {
    try (var child = Child.start(EmbeddedBroker.class, folder, 0)) {
      assertThat(child.process().isAlive()).isTrue();
      assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBroker.Config.durable(folder)))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void saysThatItsStoreIsSpoiled() throws Exception {
    Files.writeString(folder.resolve("default"), "not a folder");
    var output = System.out;
    // Qpid's stack trace, which does not mean that this test failed.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    try {
      assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBroker.Config.durable(folder)))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessageContaining("configuration tables");
    } finally {
      System.setOut(output);
    }
  }

  /**
   * Returns the messages confirmed up to the kill, which happens while up to 200 more are
   * unconfirmed.
   */
  private static Set<String> publishUntilKilled(Child child) throws Exception {
    var confirmed = ConcurrentHashMap.<String>newKeySet();
    var enough = new CountDownLatch(500);
    var window = new Semaphore(200);
    var connection = Amqp.connect(child.uri());
    var channel = connection.createChannel();
    channel.queueDeclare("kept", true, false, false, null);
    channel.confirmSelect();
    ConfirmCallback onAck =
        (tag, multiple) -> {
          // Qpid confirms one by one; the tag is the message's number, and its body.
          assertThat(multiple).isFalse();
          confirmed.add(Long.toString(tag));
          enough.countDown();
          window.release();
        };
    channel.addConfirmListener(onAck, (tag, multiple) -> {});
    var publisher = new Thread(() -> publishWhileOpen(channel, window), "publisher");
    publisher.start();
    assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
    child.kill9();
    window.release(10_000);
    publisher.join();
    return confirmed;
  }

  private static void publishWhileOpen(Channel channel, Semaphore window) {
    try {
      while (true) {
        window.acquire();
        publish(channel, "kept", Long.toString(channel.getNextPublishSeqNo()));
      }
    } catch (Exception killed) {
      // The end that the test is about.
    }
  }

  private static Set<String> drain(Channel channel) throws Exception {
    var found = new HashSet<String>();
    // Without acks, each of which would be a transaction on disk.
    for (var got = channel.basicGet("kept", false); got != null; ) {
      found.add(new String(got.getBody(), UTF_8));
      got = channel.basicGet("kept", false);
    }
    return found;
  }
}
