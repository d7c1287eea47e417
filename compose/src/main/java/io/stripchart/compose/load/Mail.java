package io.stripchart.compose.load;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Message;
import io.stripchart.common.broker.ReadingPublisher;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FactoryChanged;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Publishes from a thread that is not the publisher's own. */
final class Mail {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Context context;
  private final Duration patience;
  private DurablePublisher publisher;

  private Mail(Context context, Duration patience) {
    this.context = context;
    this.patience = patience;
  }

  /**
   * @param capacity maximum number of unconfirmed readings
   * @param patience time after which an unconfirmed reading counts as failed
   */
  static Mail open(Vertx vertx, BrokerSettings broker, int capacity, Duration patience) {
    var mail = new Mail(vertx.getOrCreateContext(), patience);
    var registry = new SimpleMeterRegistry();
    // Later work is on the context too, and so runs after this.
    mail.context.runOnContext(
        now ->
            mail.publisher =
                DurablePublisher.open(vertx, broker, "stripchart load", capacity, registry));
    return mail;
  }

  /** As {@link ReadingPublisher#publish(List, Duration)}; any thread. */
  Future<Void> publish(List<Reading> readings) {
    return onContext(() -> new ReadingPublisher(publisher).publish(readings, patience));
  }

  /**
   * Announces a factory's row to the api processes; completes when the broker has confirmed it. Any
   * thread.
   */
  Future<Void> tellChanged(int factory) {
    var message =
        new Message(
            Topology.CONTROL,
            FactoryChanged.ROUTING_KEY,
            new FactoryChanged(factory).encode(),
            Map.of(),
            false);
    return onContext(() -> publisher.publish(message, patience));
  }

  Future<Void> close() {
    return onContext(() -> publisher.close(CLOSE_LIMIT));
  }

  private Future<Void> onContext(Supplier<Future<Void>> action) {
    var done = Promise.<Void>promise();
    context.runOnContext(
        now -> Future.<Void>succeededFuture().compose(go -> action.get()).onComplete(done));
    return done.future();
  }
}
