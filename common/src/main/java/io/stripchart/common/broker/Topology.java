package io.stripchart.common.broker;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;

/**
 * Every exchange and queue that all roles share, and the only place that knows their names and
 * arguments. Declaring is idempotent. Every connection declares all of them when it opens, and
 * every consumer again every few seconds, so that what an operator deleted by mistake comes back.
 */
public final class Topology {
  /** Topic: every reading, under its series' name. */
  public static final String READINGS = "stripchart.readings";

  /** Quorum queue of all readings that are not stored yet. */
  public static final String PERSIST = "stripchart.persist";

  /** Fanout: one message a committed batch. */
  public static final String STORED = "stripchart.stored";

  /** Topic: requests and answers between the roles, like a feed to be switched. */
  public static final String CONTROL = "stripchart.control";

  /** Fanout and queue: what could not be stored, with the reason in its headers. */
  public static final String DEAD = "stripchart.dead";

  /**
   * Fanout and quorum queue: what cannot be stored yet and finds no room in a persist process. It
   * returns to {@link #PERSIST} over {@link #RETURNED}.
   */
  public static final String OVERFLOW = "stripchart.overflow";

  /** Fanout, bound to {@link #PERSIST} alone. */
  public static final String RETURNED = "stripchart.returned";

  /**
   * RabbitMQ reads the {@code x-} arguments and the embedded broker passes over them. The limit is
   * as good as none (RabbitMQ 3 refuses -1): a redelivery is never the message's own fault, as
   * persist itself moves what it cannot store.
   */
  private static final Map<String, Object> PERSIST_ARGUMENTS =
      Map.of(
          "x-queue-type", "quorum", "x-delivery-limit", 1_000_000, "x-dead-letter-exchange", DEAD);

  private Topology() {}

  /** All but the queue {@link #DEAD}, which {@link DeadLetterDeclaration} declares. */
  static void declare(Channel channel) throws IOException {
    channel.exchangeDeclare(DEAD, "fanout", true);
    channel.exchangeDeclare(READINGS, "topic", true);
    channel.queueDeclare(PERSIST, true, false, false, PERSIST_ARGUMENTS);
    channel.queueBind(PERSIST, READINGS, "#");
    channel.exchangeDeclare(RETURNED, "fanout", true);
    channel.queueBind(PERSIST, RETURNED, "");
    channel.exchangeDeclare(OVERFLOW, "fanout", true);
    channel.queueDeclare(OVERFLOW, true, false, false, PERSIST_ARGUMENTS);
    channel.queueBind(OVERFLOW, OVERFLOW, "");
    channel.exchangeDeclare(STORED, "fanout", true);
    channel.exchangeDeclare(CONTROL, "topic", true);
  }
}
