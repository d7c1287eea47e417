package io.stripchart.common.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What a publisher did; the tag {@code publisher} is one of the few names in the code. */
final class PublisherMetrics {
  private final MeterRegistry registry;
  private final Counter confirmed;
  private final Counter refused;
  private final Counter nacked;
  private final Gauge held;

  PublisherMetrics(MeterRegistry registry, String name, AtomicInteger held) {
    this.registry = registry;
    this.confirmed =
        Counter.builder("stripchart.messages.confirmed")
            .description("Messages that the broker confirmed")
            .tag("publisher", name)
            .register(registry);
    this.refused =
        Counter.builder("stripchart.messages.refused")
            .description("Messages that the broker ended connection after connection over")
            .tag("publisher", name)
            .register(registry);
    this.nacked =
        Counter.builder("stripchart.messages.nacked")
            .description("Answers of the broker that it does not take a message for now")
            .tag("publisher", name)
            .register(registry);
    this.held =
        Gauge.builder("stripchart.messages.unconfirmed", held, AtomicInteger::get)
            .description("Messages that wait to be sent or confirmed")
            .tag("publisher", name)
            .register(registry);
  }

  void settled(BrokerException failure) {
    (failure == null ? confirmed : refused).increment();
  }

  void nacked() {
    nacked.increment();
  }

  void close() {
    registry.remove(held);
  }
}
