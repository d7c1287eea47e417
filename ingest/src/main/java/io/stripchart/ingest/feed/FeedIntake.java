package io.stripchart.ingest.feed;

import io.stripchart.common.broker.BrokerException;
import io.stripchart.common.broker.DeadLetters;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.ReadingPublisher;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.IngestMetrics.DeadCause;
import io.stripchart.ingest.IngestMetrics.Source;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the readings of one feed, and pauses the feed while there is no room for more. Belongs
 * to the context of its publisher.
 */
final class FeedIntake {
  private static final Logger log = LoggerFactory.getLogger(FeedIntake.class);
  private static final int BYTES_PER_READING = 256;

  private enum Trouble {
    REFUSED,
    /** The publisher did not take it though it should have had the room. */
    NOT_TAKEN,
    DEAD_LETTER_LOST
  }

  /** Sockets that are paused while there is no room. */
  interface Tap {
    void pause();

    void resume();
  }

  private final String series;
  private final Intake shared;
  private final Tap tap;
  private final ReadingPublisher readings;
  private final DeadLetters deadLetters;
  private final IngestMetrics metrics;
  private final LogLimits<Trouble> troubles = new LogLimits<>(Trouble.class, System::nanoTime);
  private int unconfirmed;
  private boolean paused;

  FeedIntake(
      String series, Intake shared, Tap tap, DurablePublisher publisher, IngestMetrics metrics) {
    this.series = series;
    this.shared = shared;
    this.tap = tap;
    this.readings = new ReadingPublisher(publisher);
    this.deadLetters = new DeadLetters(publisher);
    this.metrics = metrics;
  }

  void publish(Reading reading) {
    metrics.received(Source.FEED, 1);
    metrics.published(Source.FEED, 1);
    shared.begin();
    holding(1, readings.publish(reading))
        .onComplete(done -> shared.settle())
        .onSuccess(kept -> metrics.confirmed(Source.FEED, 1))
        .onFailure(failure -> failed(reading, failure));
  }

  private void failed(Reading reading, Throwable failure) {
    metrics.refused(Source.FEED, 1);
    if (!isRefusal(failure)) {
      shared.lose();
      // Closing logs the number of readings given up once, at the end.
      if (!shared.isClosed()) tell(Trouble.NOT_TAKEN, failure);
      return;
    }
    tell(Trouble.REFUSED, failure);
    var body = ReadingJson.encode(reading.time(), reading.value());
    var reason = "refused by the broker: " + OneLine.of(failure);
    deadLetter(Topology.READINGS, body, reason, DeadCause.REFUSED);
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof BrokerException broker
        && broker.fate() == BrokerException.Fate.REFUSED;
  }

  /** Dead-letters an invalid value. */
  void deadLetter(byte[] body, String reason) {
    deadLetter("", body, reason, DeadCause.MALFORMED);
  }

  private void deadLetter(String exchange, byte[] body, String reason, DeadCause cause) {
    // A long one takes the room of many, so that memory is bounded whatever a feed sends.
    int weight = 1 + body.length / BYTES_PER_READING;
    var arrived = shared.clock().next();
    holding(weight, deadLetters.take(exchange, series, body, arrived, cause, reason))
        .onSuccess(kept -> metrics.dead(cause))
        .onFailure(
            failure -> {
              metrics.deadLost();
              if (cause == DeadCause.REFUSED) shared.lose();
              tell(Trouble.DEAD_LETTER_LOST, failure);
            });
  }

  private void tell(Trouble trouble, Throwable failure) {
    troubles
        .admit(trouble)
        .ifPresent(
            heldBack ->
                log.error(
                    "event=not_published feed={} kind={} cause=\"{}\" held_back={}",
                    series,
                    trouble,
                    OneLine.of(failure),
                    heldBack));
  }

  private Future<Void> holding(int weight, Future<Void> outcome) {
    unconfirmed += weight;
    shared.take(weight);
    look();
    return outcome.onComplete(
        done -> {
          unconfirmed -= weight;
          shared.release(weight);
          look();
        });
  }

  boolean isPaused() {
    return paused;
  }

  /** Pauses or resumes as the room demands. */
  void look() {
    boolean full = !shared.hasRoom(unconfirmed);
    if (full == paused) return;
    paused = full;
    shared.paused(full);
    if (full) {
      tap.pause();
    } else {
      tap.resume();
    }
  }
}
