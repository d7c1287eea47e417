package io.stripchart.common.broker;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Joins the fates of many messages without a list of them. For one context. */
final class Countdown {
  private final Promise<Void> promise = Promise.promise();
  private int missing;
  private boolean anySent;
  private BrokerException failure;

  Countdown(int count) {
    missing = count;
  }

  Future<Void> future() {
    return promise.future();
  }

  /**
   * @param cause null where the broker has it
   */
  void arrived(BrokerException cause) {
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
