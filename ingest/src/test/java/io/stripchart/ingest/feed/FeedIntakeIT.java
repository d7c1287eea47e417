package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.IngestMetrics;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(30)
class FeedIntakeIT {
  private static final String NO_BROKER = "amqp://127.0.0.1:1";
  private static final int CAPACITY = 10;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** Never needed: the buffer is larger than the publisher, which is a bug that this stands for. */
  private static final FeedIntake.Tap TAP =
      new FeedIntake.Tap() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private long lost() {
    return (long) registry.get("stripchart.readings.lost").counter().count();
  }

  private <T> T onContext(Supplier<T> step) {
    var done = Promise.<T>promise();
    context.runOnContext(turn -> done.complete(step.get()));
    return done.future().await();
  }

  @Test
  void countsAtOnceWhatThePublisherDoesNotTakeAndTheRestWhenItCloses() {
    var settings = BrokerSettings.of(new Secret(NO_BROKER));
    var publisher =
        onContext(() -> DurablePublisher.open(vertx, settings, "test", CAPACITY, registry));
    var intake =
        onContext(
            () -> {
              var metrics = new IngestMetrics(registry);
              return new Intake(
                  publisher,
                  1_000,
                  new ArrivalClock(Clock.systemUTC()),
                  AcceptableTimes.DEFAULT,
                  metrics);
            });
    onContext(() -> publish(intake.open("a", TAP), CAPACITY + 2));
    assertThat(lost()).isEqualTo(2);
    assertThat(onContext(intake::lost)).isEqualTo(CAPACITY + 2);
    onContext(() -> publisher.close(Duration.ofMillis(1))).await();
    assertThat(lost()).isEqualTo(CAPACITY + 2);
    assertThat(onContext(intake::lost)).isEqualTo(CAPACITY + 2);
  }

  private static int publish(FeedIntake feed, int readings) {
    for (int i = 0; i < readings; i++) feed.publish(new Reading("a", Instant.EPOCH, i));
    return readings;
  }
}
