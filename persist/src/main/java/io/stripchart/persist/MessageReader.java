package io.stripchart.persist;

import io.stripchart.common.broker.DeadLetters;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.GzipBody;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.StampShare;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes messages into readings. A reading's time is its own, else that of its message (the
 * broker's stamp, else the timestamp property, else the first arrival of a dead letter), else a
 * stamp of its arrival. Further readings without a time in one message follow by a microsecond
 * each, or have stamps of their own.
 *
 * <p>Times are checked against the window of acceptable times, as of the arrival. Those of our own
 * publishers are not checked again: they were accepted already, however long they waited.
 */
final class MessageReader {
  static final int MAX_BYTES = 1 << 20;
  static final int MAX_READINGS = 10_000;

  /** Malformed messages leave out no stamps while stamps are so far ahead of the arrival. */
  private static final Duration MAX_AHEAD = Duration.ofSeconds(1);

  /** Set by RabbitMQ if its message interceptor is configured; in milliseconds. */
  static final String BROKER_STAMP = "timestamp_in_ms";

  private static final String TIMESTAMP = "timestamp property";

  /** Of those names that content encodings have, these say that a body is not as it seems. */
  private static final Set<String> OTHER_COMPRESSIONS = Set.of("deflate", "br", "zstd", "compress");

  private static final Logger log = LoggerFactory.getLogger(MessageReader.class);

  private final InstantSource clock;
  private final ArrivalClock arrivals;
  private final AcceptableTimes times;
  private final PersistMetrics metrics;
  private final LogLimit doubts;

  /**
   * @param arrivals stamps readings without a time
   * @param times acceptable times of readings of other publishers
   */
  MessageReader(
      InstantSource clock,
      ArrivalClock arrivals,
      AcceptableTimes times,
      PersistMetrics metrics,
      LogLimit doubts) {
    this.clock = clock;
    this.arrivals = arrivals;
    this.times = times;
    this.metrics = metrics;
    this.doubts = doubts;
  }

  /** To be called as messages arrive; reads no body. */
  Arrived arrive(Delivery delivery) {
    var firstArrival = DeadLetters.arrival(delivery);
    var at = firstArrival.orElseGet(clock::instant);
    var stamp = delivery.headers().get(BROKER_STAMP);
    if (stamp instanceof Number millis) {
      return timed(delivery, Instant.ofEpochMilli(millis.longValue()), BROKER_STAMP, at);
    }
    if (stamp != null) {
      var problem = BROKER_STAMP + ": must be a number of milliseconds since 1970";
      return new Arrived(delivery, at, BROKER_STAMP, at, problem);
    }
    if (delivery.timestamp() != null) return timed(delivery, delivery.timestamp(), TIMESTAMP, at);
    if (firstArrival.isPresent()) return timed(delivery, at, DeadLetters.ARRIVED, at);
    return new Arrived(delivery, at, null, at, null);
  }

  private static Arrived timed(Delivery delivery, Instant time, String source, Instant at) {
    return new Arrived(delivery, time, source, at, null);
  }

  /** To be called once for a message, in the order of their arrival. */
  Received read(Arrived message) {
    var delivery = message.delivery();
    var times = new DefaultTimes(message);
    try {
      var readings = readings(message, times);
      if (message.stamped() && delivery.redelivered()) doubt(message, times.count);
      return new Received(delivery, times.arrival(), readings, null);
    } catch (MalformedReadingException e) {
      return new Received(delivery, times.arrivalOfMalformed(), List.of(), e.getMessage());
    } catch (RuntimeException e) {
      log.error("event=cannot_read routing_key=\"{}\"", OneLine.of(delivery.routingKey()), e);
      return new Received(delivery, times.arrivalOfMalformed(), List.of(), "internal error: " + e);
    }
  }

  /** The times of those readings of a message that give none. */
  private final class DefaultTimes {
    private final Arrived message;
    private Instant first;
    private int count;

    private DefaultTimes(Arrived message) {
      this.message = message;
    }

    private Instant next(int index) {
      if (message.stamped()) return stamp();
      // The stamps that they had before it was dead-lettered, as nobody else has these.
      if (message.source().equals(DeadLetters.ARRIVED))
        return message.time().plusNanos(count++ * StampShare.STEP_NANOS);
      return message.time().plusNanos(index * 1_000L);
    }

    private Instant stamp() {
      var stamp = arrivals.next(message.at());
      if (first == null) first = stamp;
      count++;
      return stamp;
    }

    /** Which a dead letter keeps, as the first of its stamps. */
    private Instant arrival() {
      return first == null ? message.at() : first;
    }

    /**
     * The stamps that its readings may get are nobody else's, if it is published again; except
     * where there are so many such messages that stamps would run far ahead of the clock.
     */
    private Instant arrivalOfMalformed() {
      if (!message.stamped()) return message.at();
      first = arrivals.next(message.at());
      if (first.isBefore(message.at().plus(MAX_AHEAD))) {
        arrivals.skip(followers(message.delivery()));
      }
      return first;
    }
  }

  /** How many readings at most follow the first of an array. */
  private static int followers(Delivery delivery) {
    var body = delivery.body();
    if (body.length > MAX_BYTES) return 0;
    if (GzipBody.isGzip(delivery.contentEncoding())) return MAX_READINGS - 1;
    int commas = 0;
    for (byte character : body) {
      if (character == ',') commas++;
    }
    return Math.min(commas, MAX_READINGS - 1);
  }

  private List<Reading> readings(Arrived message, DefaultTimes times) {
    var delivery = message.delivery();
    // Before the body, as a message without any reading would not show it.
    SeriesName.check(delivery.routingKey());
    return ReadingJson.readings(
        delivery.routingKey(),
        body(delivery),
        times::next,
        MAX_READINGS,
        (field, time) -> checked(message, field, time));
  }

  private static byte[] body(Delivery delivery) {
    int length = delivery.body().length;
    if (delivery.headers().get(DurableConsumer.FULL_SIZE) instanceof Number size)
      throw tooLarge("has " + size + ", of which the first " + length + " are kept");
    if (length > MAX_BYTES) throw tooLarge("has " + length);
    var encoding = delivery.contentEncoding();
    if (GzipBody.isGzip(encoding)) {
      return GzipBody.inflate(delivery.body(), MAX_BYTES)
          .orElseThrow(() -> tooLarge("has more when it is decompressed"));
    }
    if (OTHER_COMPRESSIONS.contains(encoding.strip().toLowerCase(Locale.ROOT))) {
      throw new MalformedReadingException(
          "content_encoding: must be gzip or left out, is " + encoding);
    }
    return delivery.body();
  }

  private static MalformedReadingException tooLarge(String length) {
    return new MalformedReadingException("body: at most " + MAX_BYTES + " bytes, " + length);
  }

  /**
   * @param field of the reading that gives the time; null if the message does
   */
  private Instant checked(Arrived message, String field, Instant time) {
    if (field == null) {
      if (message.problem() != null) throw new MalformedReadingException(message.problem());
      if (message.stamped()) return time;
    }
    if (message.delivery().isOurs()) return time;
    return times.check(field == null ? message.source() : field, time, message.at());
  }

  /** Delivered before, it may have been stored then too, under that delivery's time. */
  private void doubt(Arrived message, int stamped) {
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
