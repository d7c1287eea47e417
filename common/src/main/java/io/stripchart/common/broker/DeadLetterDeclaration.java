package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares the queue {@link Topology#DEAD} with its limit: beyond it, the oldest go. A queue that
 * is there with other arguments stays as it is, since a broker refuses to change them; then only a
 * policy of the broker limits it.
 */
final class DeadLetterDeclaration {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterDeclaration.class);

  private final BrokerSettings.DeadLetterLimit limit;
  private boolean kept;

  DeadLetterDeclaration(BrokerSettings.DeadLetterLimit limit) {
    this.limit = limit;
  }

  /** Idempotent; on one thread at a time. */
  void declare(Connection connection) throws IOException, TimeoutException {
    if (!kept) {
      try {
        BrokerConnection.declare(connection, this::declareLimited);
        return;
      } catch (IOException e) {
        if (!isOfOtherArguments(e)) throw e;
        kept = true;
        log.warn(
            "event=queue_kept queue={}; it has other arguments than those of this version's limit,"
                + " see \"Dead letters\" in docs/operations.md",
            Topology.DEAD);
      }
    }
    try {
      BrokerConnection.declare(
          connection,
          channel -> {
            channel.queueDeclarePassive(Topology.DEAD);
            bind(channel);
          });
    } catch (IOException e) {
      // Deleted meanwhile, perhaps: the next time it is declared with its limit.
      kept = false;
      throw e;
    }
  }

  private void declareLimited(Channel channel) throws IOException {
    channel.queueDeclare(Topology.DEAD, true, false, false, arguments());
    bind(channel);
  }

  private static void bind(Channel channel) throws IOException {
    channel.queueBind(Topology.DEAD, Topology.DEAD, "");
  }

  /** Both brokers' words for the same limit; each passes over the other's. */
  private Map<String, Object> arguments() {
    var arguments = new HashMap<String, Object>();
    arguments.put("x-queue-type", "quorum");
    // Without it RabbitMQ 4 drops a message after twenty deliveries.
    arguments.put("x-delivery-limit", 1_000_000);
    arguments.put("x-max-length", limit.messages());
    arguments.put("x-max-length-bytes", limit.bytes());
    arguments.put("x-overflow", "drop-head");
    arguments.put("qpid.max_count", limit.messages());
    arguments.put("qpid.max_size", limit.bytes());
    arguments.put("qpid.policy_type", "ring");
    return arguments;
  }

  private static boolean isOfOtherArguments(IOException failure) {
    return failure.getCause() instanceof ShutdownSignalException closed
        && closed.getReason() instanceof AMQP.Channel.Close close
        && close.getReplyCode() == AMQP.PRECONDITION_FAILED;
  }
}
