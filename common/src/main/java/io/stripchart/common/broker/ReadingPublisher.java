package io.stripchart.common.broker;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Publishes readings under their series' names: one that is alone at once, those of a series that
 * wait together in one message. Belongs to the context of its publisher.
 */
public final class ReadingPublisher {
  private final DurablePublisher publisher;

  public ReadingPublisher(DurablePublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * Publishes one reading, for as long as it takes.
   *
   * @return as of {@link DurablePublisher#publish(Message)}
   */
  public Future<Void> publish(Reading reading) {
    return publisher.publish(reading);
  }

  /**
   * Publishes all of them, or says that it cannot vouch for it.
   *
   * @return completes when the broker has confirmed each; fails with the first failure, as of
   *     {@link DurablePublisher#publish(Message, Duration)}, with UNKNOWN as soon as any of them
   *     may have been queued. Fails at once, and publishes nothing, where there is no room for all
   */
  public Future<Void> publish(List<Reading> readings, Duration patience) {
    if (readings.isEmpty()) return Future.succeededFuture();
    if (publisher.held() + readings.size() > publisher.capacity()) {
      return Future.failedFuture(
          new BrokerException(
              BrokerException.Fate.NOT_SENT, "no room for " + readings.size() + " readings"));
    }
    return publisher.publish(readings, patience);
  }
}
