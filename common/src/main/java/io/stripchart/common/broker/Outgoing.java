package io.stripchart.common.broker;

import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;

/** A message on its way: who waits for it, and how far it has come. */
final class Outgoing {
  private enum State {
    WAITING,
    SENT,
    SETTLED
  }

  private final Message message;
  private final String id;
  private final Promise<Void> promise = Promise.promise();
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private RuntimeException failure;
  private int endings;
  private int refusals;

  Outgoing(Message message, String id) {
    this.message = message;
    this.id = id;
  }

  Message message() {
    return message;
  }

  String id() {
    return id;
  }

  Promise<Void> promise() {
    return promise;
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
  boolean settle(RuntimeException cause) {
    if (state.getAndSet(State.SETTLED) == State.SETTLED) return false;
    failure = cause;
    return true;
  }

  /** Tells whoever waits; on their context, after {@link #settle}. */
  void complete() {
    if (failure == null) {
      promise.complete();
    } else {
      promise.fail(failure);
    }
  }

  /** Another connection ended while this was unconfirmed; on the sender's thread. */
  void countEnding() {
    endings++;
  }

  int endings() {
    return endings;
  }

  /** The broker did not take it for now; on the connection's thread. */
  void countRefusal() {
    refusals++;
  }

  int refusals() {
    return refusals;
  }
}
