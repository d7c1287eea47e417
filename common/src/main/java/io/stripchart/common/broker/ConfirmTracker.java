package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MessageProperties;
import io.stripchart.common.broker.OutboundQueue.OutboundBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes over one connection, and tracks what the broker has not confirmed. One thread sends;
 * the connection's thread brings the confirms. At most {@value #WINDOW} messages are unconfirmed:
 * more bring no throughput.
 */
final class ConfirmTracker {
  private static final Logger log = LoggerFactory.getLogger(ConfirmTracker.class);
  private static final int WINDOW = 1_000;

  /** A message over which so many connections ended is sent alone, so as not to harm others. */
  private static final int SUSPECT_ENDINGS = 3;

  private final BrokerConnection connection;
  private final String appId;
  private final Consumer<OutboundBatch> confirmed;
  private final Consumer<OutboundBatch> nacked;
  private final ConcurrentSkipListMap<Long, OutboundBatch> pending = new ConcurrentSkipListMap<>();
  private final Semaphore window = new Semaphore(WINDOW);
  private final Deadline deadline;
  private volatile boolean silent;

  /**
   * @param deadline by which the broker has to answer
   * @param confirmed told what a queue has, on the connection's thread
   * @param nacked told what the broker did not take, on the connection's thread
   */
  ConfirmTracker(
      BrokerConnection connection,
      String appId,
      Deadline deadline,
      Consumer<OutboundBatch> confirmed,
      Consumer<OutboundBatch> nacked) {
    this.connection = connection;
    this.deadline = deadline;
    this.appId = appId;
    this.confirmed = confirmed;
    this.nacked = nacked;
  }

  /** Prepares the channel; before anything is sent. */
  void listen() throws IOException {
    var channel = connection.channel();
    channel.confirmSelect();
    // A queue was deleted, and the next connection declares it again. The connection dies before
    // the confirm comes (on the embedded broker after the nack), so the message is sent again.
    channel.addReturnListener(
        returned -> connection.die("no queue took a message: " + returned.getReplyText()));
    channel.addConfirmListener(
        (tag, multiple) -> answered(tag, multiple, confirmed),
        (tag, multiple) -> answered(tag, multiple, nacked));
  }

  BrokerConnection connection() {
    return connection;
  }

  /**
   * Waits until there is room for one more, or {@code patienceMillis} are over. On the sender's
   * thread, which alone takes room.
   */
  boolean awaitRoom(long patienceMillis) throws InterruptedException {
    if (!window.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) return false;
    window.release();
    return true;
  }

  /**
   * Sends a batch; waits while the window is full. On the sender's thread.
   *
   * @return false where the connection died before it was sent
   * @throws IOException where it may have been sent; it then counts as unconfirmed
   */
  boolean send(OutboundBatch batch) throws IOException, InterruptedException {
    while (!window.tryAcquire(permits(batch), 100, TimeUnit.MILLISECONDS)) {
      if (connection.isDead()) return false;
    }
    if (connection.isDead()) return false;
    if (pending.isEmpty()) deadline.progress();
    var channel = connection.channel();
    pending.put(channel.getNextPublishSeqNo(), batch);
    var message = batch.message();
    channel.basicPublish(
        message.exchange(),
        message.routingKey(),
        message.mandatory(),
        properties(message, batch.id()),
        message.body());
    return true;
  }

  private static int permits(OutboundBatch batch) {
    return batch.endings() >= SUSPECT_ENDINGS ? WINDOW : 1;
  }

  private AMQP.BasicProperties properties(Message message, String id) {
    if (message.properties() != null) {
      var kept = message.properties().builder().headers(message.headers());
      if (message.properties().getMessageId() == null) kept.messageId(id);
      return kept.build();
    }
    var properties = MessageProperties.MINIMAL_PERSISTENT_BASIC.builder();
    if (!message.headers().isEmpty()) properties.headers(message.headers());
    return properties.contentType("application/json").messageId(id).appId(appId).build();
  }

  private void answered(long tag, boolean multiple, Consumer<OutboundBatch> outcome) {
    if (connection.isDead()) return;
    deadline.progress();
    try {
      if (multiple) {
        var answered = pending.headMap(tag, true);
        for (var first = answered.pollFirstEntry();
            first != null;
            first = answered.pollFirstEntry()) {
          answer(first.getValue(), outcome);
        }
      } else {
        answer(pending.remove(tag), outcome);
      }
    } catch (RuntimeException | Error e) {
      log.error("event=confirm_failed connection=\"{}\"", connection.name(), e);
      connection.die("handling a confirm failed: " + e);
    }
  }

  private void answer(OutboundBatch batch, Consumer<OutboundBatch> outcome) {
    if (batch == null) return;
    window.release(permits(batch));
    outcome.accept(batch);
  }

  /** Ends the connection where confirms are overdue; to be called every second. */
  void checkDeadline() {
    if (deadline.isOver(!pending.isEmpty(), connection.isBlocked()))
      giveUp("confirms are owed and none came for " + deadline.patience());
  }

  /** Ends the connection for a reason that no single message is to blame for. */
  void giveUp(String reason) {
    silent = true;
    connection.die(reason);
  }

  boolean isSilent() {
    return silent;
  }

  /**
   * Unconfirmed messages in the order in which they were sent, after this connection has ended and
   * the sender no longer uses it.
   */
  List<OutboundBatch> collect() {
    var left = new ArrayList<OutboundBatch>();
    for (var first = pending.pollFirstEntry(); first != null; first = pending.pollFirstEntry()) {
      left.add(first.getValue());
    }
    return left;
  }

  /**
   * Tells when a connection counts as dead because confirms are owed and none come. A broker that
   * blocks publishers is given longer. The time of a block does not count once it is over: then the
   * broker still has to confirm what it read before.
   */
  static final class Deadline {
    private static final Duration PATIENCE_WHILE_BLOCKED = Duration.ofSeconds(60);

    private final Duration patience;
    private final LongSupplier nanoTime;
    private volatile long progress;
    private boolean blocked;

    /**
     * @param nanoTime a clock that never steps back, like {@link System#nanoTime}
     */
    Deadline(Duration patience, LongSupplier nanoTime) {
      this.patience = patience;
      this.nanoTime = nanoTime;
      progress();
    }

    /** A confirm came, or the first message was sent after all earlier ones were confirmed. */
    void progress() {
      progress = nanoTime.getAsLong();
    }

    /**
     * To be called every second, by one thread.
     *
     * @param owed whether confirms are owed
     * @param isBlocked whether the broker blocks publishers now
     * @return whether the connection is dead
     */
    boolean isOver(boolean owed, boolean isBlocked) {
      if (blocked != isBlocked) progress();
      blocked = isBlocked;
      return owed && nanoTime.getAsLong() - progress > patience().toNanos();
    }

    /** How long confirms may be owed, as of the last call. */
    Duration patience() {
      var longer =
          patience.compareTo(PATIENCE_WHILE_BLOCKED) > 0 ? patience : PATIENCE_WHILE_BLOCKED;
      return blocked ? longer : patience;
    }
  }
}
