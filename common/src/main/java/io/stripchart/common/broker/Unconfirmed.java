package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What one generation has sent and owes an answer for. One thread sends; the connection's own
 * thread brings the answers. At most {@value #WINDOW} messages are unconfirmed: more bring no
 * throughput.
 */
final class Unconfirmed {
  private static final int WINDOW = 1_000;

  /**
   * A message that so many connections ended over is sent alone, so that it takes no other down
   * with it.
   */
  private static final int SUSPECT_ENDINGS = 3;

  private final Generation generation;
  private final String appId;
  private final Consumer<Parcel> kept;
  private final Consumer<Parcel> refused;
  private final ConcurrentSkipListMap<Long, Parcel> pending = new ConcurrentSkipListMap<>();
  private final Semaphore window = new Semaphore(WINDOW);
  private final ConfirmDeadline deadline;
  private volatile boolean silent;

  /**
   * @param deadline by which the broker has to answer
   * @param kept told of what a queue has, on the connection's thread
   * @param refused told of what the broker did not take for now, on the connection's thread
   */
  Unconfirmed(
      Generation generation,
      String appId,
      ConfirmDeadline deadline,
      Consumer<Parcel> kept,
      Consumer<Parcel> refused) {
    this.generation = generation;
    this.deadline = deadline;
    this.appId = appId;
    this.kept = kept;
    this.refused = refused;
  }

  /** Sets the channel up; before anything is sent. */
  void listen() throws IOException {
    var channel = generation.channel();
    channel.confirmSelect();
    // No queue for it, so somebody deleted one: the next generation declares it again. Its death
    // before the confirm comes (or after the nack, on the embedded broker) keeps the message ours.
    channel.addReturnListener(
        returned -> generation.die("no queue took a message: " + returned.getReplyText()));
    channel.addConfirmListener(
        (tag, multiple) -> answered(tag, multiple, kept),
        (tag, multiple) -> answered(tag, multiple, refused));
  }

  Generation generation() {
    return generation;
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
   * Sends one; waits while the window is full. On the sender's thread.
   *
   * @return false where the generation has died before it was sent
   * @throws IOException where it may have been sent; it then counts as unconfirmed
   */
  boolean send(Parcel parcel) throws IOException, InterruptedException {
    while (!window.tryAcquire(permits(parcel), 100, TimeUnit.MILLISECONDS)) {
      if (generation.isDead()) return false;
    }
    if (generation.isDead()) return false;
    if (pending.isEmpty()) deadline.progress();
    var channel = generation.channel();
    pending.put(channel.getNextPublishSeqNo(), parcel);
    var message = parcel.message();
    channel.basicPublish(
        message.exchange(),
        message.routingKey(),
        message.mandatory(),
        properties(message, parcel.id()),
        message.body());
    return true;
  }

  private static int permits(Parcel parcel) {
    return parcel.endings() >= SUSPECT_ENDINGS ? WINDOW : 1;
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

  private void answered(long tag, boolean multiple, Consumer<Parcel> outcome) {
    if (generation.isDead()) return;
    deadline.progress();
    if (!multiple) {
      answer(pending.remove(tag), outcome);
      return;
    }
    var answered = pending.headMap(tag, true);
    for (var first = answered.pollFirstEntry(); first != null; first = answered.pollFirstEntry()) {
      answer(first.getValue(), outcome);
    }
  }

  private void answer(Parcel parcel, Consumer<Parcel> outcome) {
    if (parcel == null) return;
    window.release(permits(parcel));
    outcome.accept(parcel);
  }

  /** Ends the generation where confirms are owed and none come; to be called every so often. */
  void endWhereSilent() {
    if (deadline.isOver(!pending.isEmpty(), generation.isBlocked()))
      giveUp("confirms are owed and none came for " + deadline.patience());
  }

  /** Ends the generation for a reason that is no one message's fault. */
  void giveUp(String reason) {
    silent = true;
    generation.die(reason);
  }

  boolean isSilent() {
    return silent;
  }

  /**
   * What was never answered, in the order in which it was sent; once this generation is dead and
   * its sender has left.
   */
  List<Parcel> collect() {
    var left = new ArrayList<Parcel>();
    for (var first = pending.pollFirstEntry(); first != null; first = pending.pollFirstEntry()) {
      left.add(first.getValue());
    }
    return left;
  }
}
