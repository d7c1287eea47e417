package io.stripchart.common.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import io.stripchart.testing.TestBroker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/** Looks at the broker, and tampers with it, past what is tested. */
final class Inspection implements AutoCloseable {
  private final Connection connection;
  private Channel channel;

  Inspection(TestBroker broker) throws IOException {
    connection = broker.connect();
    channel = connection.createChannel();
    Topology.declare(channel);
  }

  static Message numbered(int number) {
    return new Message(Topology.READINGS, "room.1", body(number), Map.of(), true);
  }

  private static byte[] body(int number) {
    return Integer.toString(number).getBytes(UTF_8);
  }

  static int number(byte[] body) {
    return Integer.parseInt(new String(body, UTF_8));
  }

  /** Puts messages of these numbers on the queue of readings. */
  void fill(int from, int to) throws Exception {
    channel.confirmSelect();
    for (int i = from; i < to; i++) publish(Topology.READINGS, "room.1", body(i));
    channel.waitForConfirmsOrDie(30_000);
  }

  void publish(String exchange, String routingKey, byte[] body) throws IOException {
    channel.basicPublish(exchange, routingKey, MessageProperties.MINIMAL_PERSISTENT_BASIC, body);
  }

  /** Takes everything off a queue. */
  List<Delivery> take(String queue) throws IOException, InterruptedException {
    var arrived = new LinkedBlockingQueue<Delivery>();
    var tag =
        channel.basicConsume(
            queue, true, (consumer, delivery) -> arrived.add(delivery), consumer -> {});
    var taken = new ArrayList<Delivery>();
    // Not until the queue says that it is empty: one broker counts what others hold, too.
    int pauses = 0;
    while (pauses < 10 && (pauses == 0 || queued(queue) > 0)) {
      var next = arrived.poll(300, MILLISECONDS);
      if (next != null) taken.add(next);
      pauses = next != null ? 0 : pauses + 1;
    }
    channel.basicCancel(tag);
    // Cancelling does not wait for what is being handed out.
    for (var late = arrived.poll(300, MILLISECONDS);
        late != null;
        late = arrived.poll(300, MILLISECONDS)) {
      taken.add(late);
    }
    return taken;
  }

  /** Takes the numbers off the queue of readings, each once, in order. */
  int[] numbers() throws IOException, InterruptedException {
    return take(Topology.PERSIST).stream()
        .mapToInt(taken -> number(taken.getBody()))
        .distinct()
        .sorted()
        .toArray();
  }

  static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  /** Those from {@code lowest} on. */
  static int[] notBelow(int lowest, int... numbers) {
    return Arrays.stream(numbers).filter(number -> number >= lowest).toArray();
  }

  long queued(String queue) throws IOException {
    return channel.messageCount(queue);
  }

  void deletePersistQueue() throws IOException {
    channel.queueDelete(Topology.PERSIST);
  }

  /** Deletes an exchange, and with it its bindings. */
  void deleteExchange(String exchange) throws IOException {
    channel.exchangeDelete(exchange);
  }

  void unbind(String queue, String exchange, String routingKey) throws IOException {
    channel.queueUnbind(queue, exchange, routingKey);
  }

  /** As another connection does when it opens. */
  void declareTopology() throws IOException {
    Topology.declare(channel);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
