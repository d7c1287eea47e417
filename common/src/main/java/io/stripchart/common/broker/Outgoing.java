package io.stripchart.common.broker;

import io.stripchart.common.reading.Reading;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A message on its way, or a reading that may share one: who waits for it, and how far it has come.
 */
final class Outgoing {
  /** Told once, on its context. */
  interface Waiter {
    /**
     * @param failure null where the broker has it
     */
    void settled(BrokerException failure);
  }

  private enum State {
    WAITING,
    SENT,
    SETTLED
  }

  private final Message message;
  private final Reading reading;
  private final Waiter waiter;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private BrokerException failure;

  private Outgoing(Message message, Reading reading, Waiter waiter) {
    this.message = message;
    this.reading = reading;
    this.waiter = waiter;
  }

  static Outgoing of(Message message, Waiter waiter) {
    return new Outgoing(message, null, waiter);
  }

  static Outgoing of(Reading reading, Waiter waiter) {
    return new Outgoing(null, reading, waiter);
  }

  /** Null where it is a reading. */
  Message message() {
    return message;
  }

  /** Null where it is a message. */
  Reading reading() {
    return reading;
  }

  /**
   * @return false where nobody waits for it any more, so that it need not be sent
   */
  boolean markSent() {
    return state.compareAndSet(State.WAITING, State.SENT) || state.get() == State.SENT;
  }

  /**
   * Decides that nobody waits for it any longer: NOT_SENT where it will never be sent, which is
   * certain from here on, else UNKNOWN.
   *
   * @return false where its fate was decided before
   */
  boolean giveUp(String why) {
    if (state.compareAndSet(State.WAITING, State.SETTLED)) {
      failure = new BrokerException(BrokerException.Fate.NOT_SENT, why);
      return true;
    }
    return settle(new BrokerException(BrokerException.Fate.UNKNOWN, why));
  }

  boolean isSettled() {
    return state.get() == State.SETTLED;
  }

  /**
   * Decides its fate, from any thread; {@link #complete} tells it.
   *
   * @param cause null where the broker has it
   * @return false where its fate was decided before
   */
  boolean settle(BrokerException cause) {
    if (state.getAndSet(State.SETTLED) == State.SETTLED) return false;
    failure = cause;
    return true;
  }

  /** Tells whoever waits; on their context, after {@link #settle}. */
  void complete() {
    waiter.settled(failure);
  }
}
