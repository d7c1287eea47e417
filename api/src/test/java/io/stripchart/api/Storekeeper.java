package io.stripchart.api;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Stores published readings once and announces them, as a persist process would. */
final class Storekeeper implements AutoCloseable {
  private final StoredFeed stored;
  private final Connection connection;
  private final Set<String> known = new HashSet<>();

  Storekeeper(TestBroker broker, StoredFeed stored) {
    this.stored = stored;
    try {
      connection = broker.connect();
      Channel channel = connection.createChannel();
      DeliverCallback store =
          (tag, delivery) -> store(delivery.getEnvelope().getRoutingKey(), delivery.getBody());
      channel.basicConsume(Topology.PERSIST, true, store, tag -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void store(String series, byte[] body) {
    var fresh =
        ReadingJson.readings(series, body, Instant.now(), 10_000).stream()
            .filter(this::isNew)
            .toList();
    if (!fresh.isEmpty()) stored.tell(fresh);
  }

  private boolean isNew(Reading reading) {
    return known.add(reading.series() + " " + reading.time());
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
