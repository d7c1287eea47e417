package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.stripchart.persist.PersistMetrics.Cause;
import io.vertx.core.Future;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts messages aside, for as long as it takes until the broker has them. */
final class Burial {
  private static final Logger log = LoggerFactory.getLogger(Burial.class);

  /** As {@link io.stripchart.common.broker.DeadLetters#take}. */
  interface DeadLetterSink {
    Future<Void> take(Delivery delivery, Instant arrived, Enum<?> cause, String reason);
  }

  private final DeadLetterSink deadLetters;
  private final Insistence insistence;
  private final PersistMetrics metrics;

  Burial(DeadLetterSink deadLetters, Insistence insistence, PersistMetrics metrics) {
    this.deadLetters = deadLetters;
    this.insistence = insistence;
    this.metrics = metrics;
  }

  /**
   * @param reason for people
   * @return completes when the broker has confirmed it on the dead-letter exchange; fails only
   *     after shutdown
   */
  Future<Void> take(Received message, Cause cause, String reason) {
    var delivery = message.delivery();
    return insistence
        .on(
            () -> deadLetters.take(delivery, message.arrived(), cause, reason),
            failure -> keepsTrying(message, failure))
        .onSuccess(
            kept -> {
              metrics.dead(cause);
              log.warn(
                  "event=message_dead cause={} routing_key=\"{}\" reason=\"{}\"",
                  cause,
                  OneLine.of(delivery.routingKey()),
                  OneLine.of(reason));
            });
  }

  private static boolean keepsTrying(Received message, Throwable failure) {
    log.error(
        "event=dead_letter_not_taken routing_key=\"{}\" cause=\"{}\"; nothing is acknowledged past"
            + " it, trying again",
        OneLine.of(message.delivery().routingKey()),
        OneLine.of(failure));
    return true;
  }
}
