package io.stripchart.api;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;

/** An api with its default limits, as a process of its own whose heap a test sets. */
final class SmallHeapApi {
  private SmallHeapApi() {}

  /**
   * @param arguments URI of the broker, URI of the database
   */
  public static void main(String[] arguments) {
    var surroundings =
        new Surroundings(
            BrokerSettings.of(new Secret(arguments[0])),
            new DatabaseSettings(new Secret(arguments[1]), 6, Duration.ofSeconds(30)),
            new SimpleMeterRegistry(),
            new Health(),
            "127.0.0.1");
    var settings = new ApiSettings(0, "flood.a", Duration.ofSeconds(30), 10_000, Set.of());
    var verticle = new ApiVerticle(settings, surroundings);
    RunningApi.await(Vertx.vertx().deployVerticle(verticle));
    System.out.println("port=" + verticle.port());
  }
}
