package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The messages that no batch has taken yet, of which only a batch and one message are decoded. For
 * one context.
 */
final class WaitingMessages {
  /**
   * Readings decoded at once: few enough that nothing else waits for as much as 0.1 ms, and many
   * enough that the turns cost little beside them.
   */
  private static final int PORTION = 50;

  private final int maxReadings;
  private final int maxMessages;
  private final Function<Arrived, Received> decode;
  private final ArrayDeque<Arrived> waiting = new ArrayDeque<>();

  /** Before those that wait. */
  private final ArrayDeque<Received> decoded = new ArrayDeque<>();

  private int decodedReadings;

  /**
   * @param maxReadings in a batch, unless one message alone has more
   * @param maxMessages that are delivered before any is acknowledged
   */
  WaitingMessages(int maxReadings, int maxMessages, Function<Arrived, Received> decode) {
    this.maxReadings = maxReadings;
    this.maxMessages = maxMessages;
    this.decode = decode;
  }

  void add(List<Arrived> messages) {
    waiting.addAll(messages);
  }

  /** Returned messages, which are taken before all others. */
  void addAgain(List<Received> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      decoded.addFirst(messages.get(i));
      decodedReadings += messages.get(i).weight();
    }
  }

  void removeIf(Predicate<Delivery> lost) {
    waiting.removeIf(message -> lost.test(message.delivery()));
    decoded.removeIf(message -> lost.test(message.delivery()));
    decodedReadings = decoded.stream().mapToInt(Received::weight).sum();
  }

  int count() {
    return decoded.size() + waiting.size();
  }

  boolean isEmpty() {
    return count() == 0;
  }

  /**
   * Whether waiting cannot make the batch larger: it is full, as far as known without decoding
   * more, or nothing more arrives.
   */
  boolean areEnough() {
    return Math.max(count(), decodedReadings) >= maxReadings || count() >= maxMessages;
  }

  /** Whether there is something to be decoded for the next batch. */
  boolean isToBeDecoded() {
    return !waiting.isEmpty() && decodedReadings <= maxReadings;
  }

  void decodePortion() {
    int enough = decodedReadings + PORTION;
    while (decodedReadings < enough && isToBeDecoded()) decodeOne();
  }

  private void decodeOne() {
    var message = decode.apply(waiting.poll());
    decoded.add(message);
    decodedReadings += message.weight();
  }

  /**
   * Takes the next batch.
   *
   * @return how many readings it has
   */
  int take(List<Received> batch) {
    int readings = 0;
    while (!isEmpty()) {
      if (decoded.isEmpty()) decodeOne();
      int more = decoded.peek().weight();
      if (readings + more > maxReadings && !batch.isEmpty()) break;
      batch.add(decoded.poll());
      decodedReadings -= more;
      readings += more;
    }
    return readings;
  }
}
