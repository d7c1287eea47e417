package io.stripchart.common.broker;

import io.stripchart.common.settings.Secret;
import io.stripchart.common.settings.Settings;
import java.time.Duration;

/**
 * How the broker is reached, and when it is given up on.
 *
 * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps:}, whose certificate is
 *     verified
 * @param heartbeat how often each side shows that it lives; two missed ones end a connection; at
 *     least a second
 * @param confirmTimeout how long confirms may be owed, and none come, before the connection is
 *     taken for dead
 * @param deadLetters with which the dead-letter queue is declared
 */
public record BrokerSettings(
    Secret uri, Duration heartbeat, Duration confirmTimeout, DeadLetterLimit deadLetters) {

  /**
   * What the dead-letter queue holds at most; beyond it, the oldest go.
   *
   * @param bytes of bodies
   */
  public record DeadLetterLimit(int messages, int bytes) {
    static final DeadLetterLimit DEFAULT = new DeadLetterLimit(100_000, 256 << 20);

    private static DeadLetterLimit from(Settings settings) {
      return new DeadLetterLimit(
          settings.count("STRIPCHART_DEAD_LETTERS", DEFAULT.messages, 1, 10_000_000),
          settings.count(
              "STRIPCHART_DEAD_LETTER_BYTES", DEFAULT.bytes, 1 << 20, Integer.MAX_VALUE));
    }
  }

  /** With the default limit of dead letters. */
  public BrokerSettings(Secret uri, Duration heartbeat, Duration confirmTimeout) {
    this(uri, heartbeat, confirmTimeout, DeadLetterLimit.DEFAULT);
  }

  /** The same for another URI. */
  public BrokerSettings at(Secret other) {
    return new BrokerSettings(other, heartbeat, confirmTimeout, deadLetters);
  }

  /** Timeouts as they are by default. */
  public static BrokerSettings of(Secret uri) {
    return new BrokerSettings(uri, Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  /**
   * @param uri of the broker, which the caller reads, as it may be an embedded one
   */
  public static BrokerSettings from(Settings settings, Secret uri) {
    return new BrokerSettings(
        uri,
        settings.duration(
            "STRIPCHART_AMQP_HEARTBEAT",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)),
        settings.duration(
            "STRIPCHART_CONFIRM_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5)),
        DeadLetterLimit.from(settings));
  }
}
