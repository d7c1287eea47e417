package io.stripchart.embedded;

import static io.stripchart.embedded.Amqp.publish;
import static io.stripchart.embedded.Amqp.take;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
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
    // Qpid's stack, which nobody is to take for a failure of this test.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    try {
      assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBroker.Config.durable(folder)))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessageContaining("configuration tables");
    } finally {
      System.setOut(output);
    }
  }

  /** Returns what was confirmed up to the kill, which comes while up to 200 more are under way. */
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
