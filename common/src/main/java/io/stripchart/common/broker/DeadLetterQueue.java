package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The queue {@link Topology#DEAD} as an operator works through it: letters are taken one after the
 * other, and go back to the queue unless they are dropped or published again. Blocks, so never on
 * an event loop; for one thread.
 */
public final class DeadLetterQueue implements AutoCloseable {
  private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(30);
  private static final String OURS = "x-stripchart-";

  /** Set by RabbitMQ where it dead-letters by itself. */
  private static final List<String> BROKERS_OWN =
      List.of("x-death", "x-first-death-", "x-last-death-");

  /**
   * A dead letter.
   *
   * @param cause as of {@link DeadLetters#CAUSE}; "" where its header does not say
   * @param arrived when, as its header says; "" where that does not
   * @param exchange where it goes when it is published again
   * @param routingKey that it had, which is the series
   * @param size of the body as it was published, bytes
   */
  public record Letter(
      long tag,
      String cause,
      String reason,
      String arrived,
      String exchange,
      String routingKey,
      AMQP.BasicProperties properties,
      byte[] body,
      long size) {
    /** Whether the body is there from its beginning to its end, so that it can be published. */
    public boolean isWhole() {
      return size == body.length;
    }
  }

  private final Connector.Opened opened;
  private final Channel channel;
  private final AtomicReference<String> returned = new AtomicReference<>();
  private final Set<String> knownExchanges = new HashSet<>(Set.of(Topology.READINGS));

  private DeadLetterQueue(Connector.Opened opened, DeadLetterDeclaration declaration)
      throws IOException, TimeoutException {
    this.opened = opened;
    this.channel = opened.channel();
    Topology.declare(channel);
    declaration.declare(opened.connection());
    channel.confirmSelect();
    channel.addReturnListener(message -> returned.set(message.getReplyText()));
  }

  /**
   * @param name of the connection, as the management console shows it
   */
  public static DeadLetterQueue open(BrokerSettings settings, String name) throws IOException {
    try {
      var opened = new BoundedConnector(settings).open(name);
      try {
        return new DeadLetterQueue(opened, new DeadLetterDeclaration(settings.deadLetters()));
      } catch (IOException | TimeoutException | RuntimeException e) {
        opened.connection().abort();
        throw e;
      }
    } catch (TimeoutException e) {
      throw new IOException("the broker does not answer", e);
    }
  }

  /** Number of unconsumed letters in the queue. */
  public long count() throws IOException {
    return channel.messageCount(Topology.DEAD);
  }

  /**
   * Takes the next letter.
   *
   * @return empty where there is none
   */
  public Optional<Letter> next() throws IOException {
    return Optional.ofNullable(channel.basicGet(Topology.DEAD, false)).map(this::letter);
  }

  private Letter letter(GetResponse got) {
    var properties = got.getProps();
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    var envelope = got.getEnvelope();
    var exchange = text(headers, DeadLetters.EXCHANGE, "");
    return new Letter(
        envelope.getDeliveryTag(),
        text(headers, DeadLetters.CAUSE, ""),
        text(headers, DeadLetters.REASON, brokersReason(headers)),
        text(headers, DeadLetters.ARRIVED, ""),
        exchange.isEmpty() ? Topology.READINGS : exchange,
        text(headers, DeadLetters.ROUTING_KEY, envelope.getRoutingKey()),
        properties,
        got.getBody(),
        size(headers, got.getBody()));
  }

  /** A large message is shortened by the consumer that dead-lettered it, or on its way to here. */
  private long size(Map<String, Object> headers, byte[] body) {
    if (headers.get(DurableConsumer.FULL_SIZE) instanceof Number full) return full.longValue();
    return opened.frames().isShortened() ? opened.frames().size() : body.length;
  }

  private static String brokersReason(Map<String, Object> headers) {
    return headers.get("x-death") instanceof List<?> deaths
            && !deaths.isEmpty()
            && deaths.get(0) instanceof Map<?, ?> death
        ? "dead-lettered by the broker: " + death.get("reason")
        : "no reason is given";
  }

  private static String text(Map<String, Object> headers, String name, String otherwise) {
    var value = headers.get(name);
    return value == null ? otherwise : value.toString();
  }

  /** Deletes a letter. */
  public void drop(Letter letter) throws IOException {
    channel.basicAck(letter.tag(), false);
  }

  /**
   * Publishes letters as they were first published, and then deletes them: whatever happens in
   * between, they are in the queue, or where they go, or in both. In both is harmless, as a reading
   * keeps its time, and is stored once.
   *
   * @param letters all of them whole
   * @param series in the place of their routing keys; null leaves those
   * @throws IOException where the broker does not take all of them; those that it did not take stay
   */
  public void republish(List<Letter> letters, String series) throws IOException {
    returned.set(null);
    for (var letter : letters) {
      if (!letter.isWhole()) throw new IllegalArgumentException("only a part of a body is there");
      checkExchange(letter.exchange());
      channel.basicPublish(
          letter.exchange(),
          series == null ? letter.routingKey() : series,
          true,
          restored(letter.properties()),
          letter.body());
    }
    awaitConfirms();
    if (returned.get() != null) throw new IOException("no queue takes it: " + returned.get());
    for (var letter : letters) drop(letter);
  }

  private void awaitConfirms() throws IOException {
    try {
      if (!channel.waitForConfirms(CONFIRM_LIMIT.toMillis())) {
        throw new IOException("the broker does not take it now");
      }
    } catch (TimeoutException e) {
      throw new IOException("the broker did not confirm within " + CONFIRM_LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a confirm", e);
    }
  }

  /** Publishing to one that is not there would end the channel, and say so of another message. */
  private void checkExchange(String exchange) throws IOException {
    if (knownExchanges.contains(exchange)) return;
    var look = Connector.requireChannel(opened.connection().createChannel());
    try {
      look.exchangeDeclarePassive(exchange);
      look.abort();
      knownExchanges.add(exchange);
    } catch (IOException | ShutdownSignalException e) {
      throw new IOException("there is no exchange " + exchange, e);
    }
  }

  /** The publisher's own properties and headers, and when it first arrived. */
  private static AMQP.BasicProperties restored(AMQP.BasicProperties properties) {
    var headers = new HashMap<String, Object>();
    if (properties.getHeaders() != null) headers.putAll(properties.getHeaders());
    var arrived = headers.get(DeadLetters.ARRIVED);
    headers.keySet().removeIf(name -> name.startsWith(OURS));
    headers.keySet().removeIf(name -> BROKERS_OWN.stream().anyMatch(name::startsWith));
    if (arrived != null) headers.put(DeadLetters.ARRIVED, arrived);
    return properties.builder().headers(headers).expiration(null).userId(null).build();
  }

  /** Requeues unsettled letters. */
  @Override
  public void close() {
    opened.connection().abort(2_000);
  }
}
