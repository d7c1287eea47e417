package io.stripchart.api;

import com.rabbitmq.client.Connection;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Tells of stored batches as a persist process would. */
final class StoredFeed implements AutoCloseable {
  private final Connection connection;
  private final com.rabbitmq.client.Channel channel;
  private final String process = UUID.randomUUID().toString();
  private long sequence;

  StoredFeed(TestBroker broker) {
    try {
      connection = broker.connect();
      channel = connection.createChannel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void tell(Reading... readings) {
    tell(List.of(readings));
  }

  void tell(List<Reading> readings) {
    tellAs(++sequence, sequence, readings);
  }

  /**
   * @param transaction that stored them
   */
  void tell(long transaction, List<Reading> readings) {
    tellAs(++sequence, transaction, readings);
  }

  /** As if so many batches had been told before, and were lost. */
  void skip(int batches) {
    sequence += batches;
  }

  private void tellAs(long number, long transaction, List<Reading> readings) {
    try {
      channel.basicPublish(
          Topology.STORED,
          "",
          null,
          new StoredBatch(process, number, transaction, readings).encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many readings a millisecond apart, of values from {@code firstValue}. */
  static List<Reading> readings(String series, String from, int firstValue, int count) {
    var readings = new ArrayList<Reading>(count);
    var start = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      readings.add(new Reading(series, start.plusMillis(i), firstValue + i));
    }
    return readings;
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
