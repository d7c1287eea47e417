package io.stripchart.common.broker;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;

/** A message to be published, or a reading that may share a message, and its outcome. */
final class PendingMessage {
  /** Told the outcome once, on the context of the publisher. */
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

  private PendingMessage(Message message, Reading reading, Waiter waiter) {
    this.message = message;
    this.reading = reading;
    this.waiter = waiter;
  }

  static PendingMessage of(Message message, Waiter waiter) {
    return new PendingMessage(message, null, waiter);
  }

  static PendingMessage of(Reading reading, Waiter waiter) {
    return new PendingMessage(null, reading, waiter);
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
   * @return false where it is settled, so that it need not be sent
   */
  boolean markSent() {
    return state.compareAndSet(State.WAITING, State.SENT) || state.get() == State.SENT;
  }

  /**
   * Settles it as failed: NOT_SENT where it was not sent, and then it never will be; else UNKNOWN.
   *
   * @return false where it was settled before
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
   * Settles it, from any thread; {@link #complete} tells the waiter.
   *
   * @param cause null where the broker has it
   * @return false where it was settled before
   */
  boolean settle(BrokerException cause) {
    if (state.getAndSet(State.SETTLED) == State.SETTLED) return false;
    failure = cause;
    return true;
  }

  /** Tells the waiter; on its context, after {@link #settle}. */
  void complete() {
    waiter.settled(failure);
  }

  /** Joins the outcomes of several into one, without a list of them. For one context. */
  static final class Joined {
    private final Promise<Void> promise = Promise.promise();
    private int missing;
    private boolean anySent;
    private BrokerException failure;

    Joined(int count) {
      missing = count;
    }

    /**
     * @return completes once all are settled; fails with UNKNOWN where any of them may have been
     *     queued and another one failed
     */
    Future<Void> future() {
      return promise.future();
    }

    /**
     * @param cause null where the broker has it
     */
    void settled(BrokerException cause) {
      anySent |= cause == null || cause.fate() != BrokerException.Fate.NOT_SENT;
      if (cause != null) failure = cause;
      if (--missing > 0) return;
      if (failure == null) {
        promise.complete();
      } else {
        promise.fail(
            anySent
                ? new BrokerException(BrokerException.Fate.UNKNOWN, failure.getMessage())
                : failure);
      }
    }
  }
}
