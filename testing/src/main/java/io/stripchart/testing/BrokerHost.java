package io.stripchart.testing;

import io.stripchart.embedded.EmbeddedBroker;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The broker that all test classes of this JVM share: an embedded one, or the one given. */
final class BrokerHost implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Optional<EmbeddedBroker> embedded;

  BrokerHost() {
    embedded =
        Property.value("stripchart.amqp.uri").isPresent()
            ? Optional.empty()
            : Optional.of(EmbeddedBroker.start(EmbeddedBroker.Config.inMemory()));
  }

  /** A name that no other test, in this JVM or another, gives to its virtual host. */
  static String newName() {
    return "test-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
  }

  /** Adds an empty virtual host. */
  VirtualHost add() {
    var name = newName();
    return embedded
        .map(
            broker -> {
              broker.addVirtualHost(name);
              return new VirtualHost(broker.uri(name), () -> broker.removeVirtualHost(name));
            })
        .orElseGet(() -> VirtualHost.given(name));
  }

  @Override
  public void close() {
    embedded.ifPresent(EmbeddedBroker::close);
  }
}
