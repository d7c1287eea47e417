package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/**
 * A message that a queue delivered, and that this process owes an acknowledgement.
 *
 * @param origin the connection that it came over; only that one can acknowledge it
 * @param tag its number on that connection
 * @param properties as the publisher set them
 */
public record Delivery(
    Object origin,
    long tag,
    String exchange,
    String routingKey,
    byte[] body,
    AMQP.BasicProperties properties,
    boolean redelivered) {
  /** The names of all our publishers begin so, and stand in each message's {@code app_id}. */
  private static final String OUR_NAME = "stripchart ";

  /**
   * @param timestamp null where there is none
   */
  public Delivery(
      Object origin,
      long tag,
      String exchange,
      String routingKey,
      byte[] body,
      Instant timestamp,
      Map<String, Object> headers,
      boolean redelivered) {
    this(
        origin,
        tag,
        exchange,
        routingKey,
        body,
        new AMQP.BasicProperties.Builder()
            .timestamp(timestamp == null ? null : Date.from(timestamp))
            .headers(headers)
            .build(),
        redelivered);
  }

  /** The timestamp property, or null; whole seconds. */
  public Instant timestamp() {
    return properties.getTimestamp() == null ? null : properties.getTimestamp().toInstant();
  }

  /** As sent; never null. */
  public Map<String, Object> headers() {
    return properties.getHeaders() == null ? Map.of() : properties.getHeaders();
  }

  /** The content_encoding property, or "". */
  public String contentEncoding() {
    return properties.getContentEncoding() == null ? "" : properties.getContentEncoding();
  }

  /**
   * Whether a publisher of Stripchart sent it, which has checked its content. Any publisher can
   * claim that, so it is no protection.
   */
  public boolean isOurs() {
    return properties.getAppId() != null && properties.getAppId().startsWith(OUR_NAME);
  }
}
