package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what could not be stored on {@link Topology#DEAD}, as it came: the body, the publisher's
 * properties and headers, and beside them headers of our own. Published rather than rejected, since
 * the brokers disagree about what a rejection does.
 */
public final class DeadLetters {
  /** The reason, for people. */
  public static final String REASON = "x-stripchart-reason";

  /** The kind of failure, as the tag {@code cause} of the metrics has it. */
  public static final String CAUSE = "x-stripchart-cause";

  /** Where the message was first published; "" where it never was. */
  public static final String EXCHANGE = "x-stripchart-exchange";

  /** The routing key that it had, which is the series. */
  public static final String ROUTING_KEY = "x-stripchart-routing-key";

  /** When it arrived, which is the time of its readings where nothing else gives one. */
  public static final String ARRIVED = "x-stripchart-arrived";

  /** The publisher's expiration, which as a property would make the dead letter vanish. */
  public static final String EXPIRATION = "x-stripchart-expiration";

  /** The publisher's user_id, which the broker takes from the user of that name alone. */
  public static final String USER_ID = "x-stripchart-user-id";

  /** How many bytes of the publisher's headers are left out, as they do not fit. */
  public static final String LEFT_OUT = "x-stripchart-headers-left-out";

  private static final String OURS = "x-stripchart-";
  private static final int MAX_REASON = 500;

  /** Of the publisher's headers, in bytes: all headers of a message must fit into one frame. */
  private static final long MAX_HEADERS = 48 * 1024;

  private static final int PERSISTENT = 2;

  private final DurablePublisher publisher;
  private final DeadLetterMetrics metrics;

  public DeadLetters(DurablePublisher publisher) {
    this.publisher = publisher;
    this.metrics = publisher.deadLetterMetrics();
  }

  /**
   * Dead-letters data that no broker delivered, like a frame of a feed.
   *
   * @param exchange its intended exchange; "" if there is none
   * @param routingKey its intended routing key
   * @param arrived when
   * @param cause of an enum of the caller's metrics
   * @param reason for people
   * @return completes when the broker has confirmed it
   */
  public Future<Void> take(
      String exchange,
      String routingKey,
      byte[] body,
      Instant arrived,
      Enum<?> cause,
      String reason) {
    var properties = new AMQP.BasicProperties.Builder().contentType("application/json").build();
    return take(exchange, routingKey, body, properties, arrived, cause, reason);
  }

  /**
   * Dead-letters a delivered message.
   *
   * @param arrived time of its arrival
   * @param cause of an enum of the caller's metrics
   * @param reason for people
   * @return completes when the broker has confirmed it
   */
  public Future<Void> take(Delivery delivery, Instant arrived, Enum<?> cause, String reason) {
    return take(
        delivery.exchange(),
        delivery.routingKey(),
        delivery.body(),
        delivery.properties(),
        arrived,
        cause,
        reason);
  }

  private Future<Void> take(
      String exchange,
      String routingKey,
      byte[] body,
      AMQP.BasicProperties given,
      Instant arrived,
      Enum<?> cause,
      String reason) {
    var headers = fitting(given.getHeaders() == null ? Map.of() : given.getHeaders());
    headers.put(
        REASON, reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…");
    headers.put(CAUSE, cause.name().toLowerCase(Locale.ROOT));
    headers.put(EXCHANGE, exchange);
    headers.put(ROUTING_KEY, routingKey);
    headers.put(ARRIVED, ReadingTime.format(arrived));
    if (given.getExpiration() != null) headers.put(EXPIRATION, given.getExpiration());
    if (given.getUserId() != null) headers.put(USER_ID, given.getUserId());
    var properties = given.builder().expiration(null).userId(null).deliveryMode(PERSISTENT).build();
    metrics.sent();
    return publisher
        .publish(new Message(Topology.DEAD, routingKey, body, headers, true, properties))
        .onComplete(done -> metrics.settled(done.succeeded()));
  }

  /** The publisher's headers; without the largest ones, where all together are too large. */
  private static Map<String, Object> fitting(Map<String, Object> given) {
    var headers = new HashMap<>(given);
    // Headers of an earlier dead letter have an outdated reason.
    headers
        .keySet()
        .removeIf(name -> name.startsWith(OURS) && !name.equals(DurableConsumer.FULL_SIZE));
    long leftOut = 0;
    while (size(headers) > MAX_HEADERS) {
      var largest =
          headers.entrySet().stream()
              .max(Comparator.comparingLong(DeadLetters::sizeOf))
              .orElseThrow();
      leftOut += sizeOf(largest);
      headers.remove(largest.getKey());
    }
    if (leftOut > 0) headers.put(LEFT_OUT, leftOut);
    return headers;
  }

  private static long sizeOf(Map.Entry<String, Object> header) {
    var alone = new HashMap<String, Object>();
    alone.put(header.getKey(), header.getValue());
    return size(alone);
  }

  private static long size(Map<String, Object> headers) {
    try {
      return Frame.tableSize(headers);
    } catch (java.io.UnsupportedEncodingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When a message first arrived that was a dead letter, and was published again as it was. */
  public static Optional<Instant> arrival(Delivery delivery) {
    var text = delivery.headers().get(ARRIVED);
    if (text == null) return Optional.empty();
    try {
      return Optional.of(ReadingTime.parse(ARRIVED, text.toString()));
    } catch (MalformedReadingException e) {
      // A header of another program, which is ignored.
      return Optional.empty();
    }
  }
}
