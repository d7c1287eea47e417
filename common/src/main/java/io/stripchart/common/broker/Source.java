package io.stripchart.common.broker;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a consumer consumes: a queue of the topology, or one of its own that listens to an exchange.
 *
 * @param queue its name, or how the name of a queue of its own begins
 * @param prefetch deliveries at most that are unacknowledged
 * @param exchange what the queue listens to; null where it is of the topology
 * @param bindings patterns of routing keys
 * @param maxMessages the oldest are dropped beyond it; of a queue of its own only
 */
public record Source(
    String queue, int prefetch, String exchange, List<String> bindings, int maxMessages) {
  private static final int LISTENING_PREFETCH = 32;

  /** A queue of the topology; each delivery is to be acknowledged. */
  public static Source queue(String name, int prefetch) {
    return new Source(name, prefetch, null, List.of(), 0);
  }

  /**
   * A queue that lives as long as its connection, and receives what is published meanwhile; each
   * delivery is acknowledged when the handler has returned. Beyond {@code maxMessages}, the queue
   * drops the oldest.
   */
  public static Source listening(String exchange, List<String> bindings, int maxMessages) {
    return new Source(exchange, LISTENING_PREFETCH, exchange, List.copyOf(bindings), maxMessages);
  }

  boolean isListening() {
    return exchange != null;
  }

  /**
   * @return the name of the queue to consume
   */
  String declare(Channel channel) throws IOException {
    if (!isListening()) return queue;
    // A name of its own for each connection: the broker may not have noticed yet that the last one
    // is gone.
    var name = queue + "." + UUID.randomUUID();
    // Both brokers' words for the same limit; each passes over the other's.
    Map<String, Object> limit =
        Map.of(
            "x-max-length", maxMessages, "qpid.max_count", maxMessages, "qpid.policy_type", "ring");
    // Exclusive is enough to have it deleted with its connection; auto-delete leaks on the embedded
    // broker.
    channel.queueDeclare(name, false, true, false, limit);
    bind(channel, name);
    return name;
  }

  /** Binds a queue of its own; idempotent. */
  void bind(Channel channel, String name) throws IOException {
    for (var binding : bindings) channel.queueBind(name, exchange, binding);
  }
}
