package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.SeriesName;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes readings of messages. A reading's time is its own, else that of its message (the broker's
 * stamp, else the timestamp property), else that of its arrival; further readings without a time in
 * one message follow by a microsecond each.
 */
final class MessageReader {
  static final int MAX_BYTES = 1 << 20;
  static final int MAX_READINGS = 10_000;

  /** Set by RabbitMQ where it is told to stamp what is published; in milliseconds. */
  static final String BROKER_STAMP = "timestamp_in_ms";

  private static final Logger log = LoggerFactory.getLogger(MessageReader.class);

  private final ArrivalClock clock;
  private final PersistMetrics metrics;
  private final LogLimit doubts;

  MessageReader(ArrivalClock clock, PersistMetrics metrics, LogLimit doubts) {
    this.clock = clock;
    this.metrics = metrics;
    this.doubts = doubts;
  }

  /** To be called as messages arrive, in their order; reads no body. */
  Arrived arrive(Delivery delivery) {
    if (delivery.headers().get(BROKER_STAMP) instanceof Number millis)
      return new Arrived(delivery, Instant.ofEpochMilli(millis.longValue()), false);
    if (delivery.timestamp() != null) return new Arrived(delivery, delivery.timestamp(), false);
    var stamp = clock.next();
    // The arrival times that all but the first may be given are nobody else's.
    clock.skip(followers(delivery.body()));
    return new Arrived(delivery, stamp, true);
  }

  /** How many readings at most follow the first of an array. */
  private static int followers(byte[] body) {
    if (body.length > MAX_BYTES) return 0;
    int commas = 0;
    for (byte character : body) {
      if (character == ',') commas++;
    }
    return Math.min(commas, MAX_READINGS - 1);
  }

  Received read(Arrived message) {
    var delivery = message.delivery();
    try {
      var readings = readings(delivery, message.time());
      if (message.stamped() && delivery.redelivered()) doubt(message, readings);
      return new Received(delivery, readings, null);
    } catch (MalformedReadingException e) {
      return new Received(delivery, List.of(), e.getMessage());
    } catch (RuntimeException e) {
      log.error("event=cannot_read routing_key=\"{}\"", OneLine.of(delivery.routingKey()), e);
      return new Received(delivery, List.of(), "internal error: " + e);
    }
  }

  private static List<Reading> readings(Delivery delivery, Instant time) {
    if (delivery.body().length > MAX_BYTES) {
      throw new MalformedReadingException(
          "body: at most " + MAX_BYTES + " bytes, has " + delivery.body().length);
    }
    // Before the body, as a message without any reading would not show it.
    SeriesName.check(delivery.routingKey());
    return ReadingJson.readings(delivery.routingKey(), delivery.body(), time, MAX_READINGS);
  }

  /** Delivered before, it may have been stored then too, under that delivery's time. */
  private void doubt(Arrived message, List<Reading> readings) {
    int stamped = 0;
    for (int i = 0; i < readings.size(); i++) {
      if (readings.get(i).time().equals(message.time().plusNanos(i * 1_000L))) stamped++;
    }
    if (stamped == 0) return;
    metrics.possiblyDoubled.increment(stamped);
    if (doubts.admit().isPresent())
      log.warn(
          "event=readings_possibly_doubled series={} count={}; delivered again, and without a time"
              + " it cannot be told whether they were stored before; give them a time, or have the"
              + " broker stamp them",
          message.delivery().routingKey(),
          stamped);
  }
}
