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
 */
public record BrokerSettings(Secret uri, Duration heartbeat, Duration confirmTimeout) {

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
            Duration.ofMinutes(5)));
  }
}
