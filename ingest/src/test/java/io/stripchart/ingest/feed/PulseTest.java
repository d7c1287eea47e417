package io.stripchart.ingest.feed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PulseTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Pulse pulse(Duration idle, Duration acceptPatience) {
    return new Pulse(vertx, idle, acceptPatience, () -> {}, deaths::add);
  }

  private void onContext(Runnable steps) {
    var done = Promise.<Void>promise();
    context.runOnContext(
        turn -> {
          steps.run();
          done.complete();
        });
    done.future().await();
  }

  private void awaitDeath(String why) {
    await().atMost(30, SECONDS).until(() -> !deaths.isEmpty());
    assertThat(deaths.peek()).isEqualTo(why);
  }

  private void awaitNoDeath() {
    await().during(900, MILLISECONDS).atMost(5, SECONDS).until(deaths::isEmpty);
  }

  @Test
  void givesUpWithoutAnAcknowledgementSoonThoughTheIdleTimeIsLong() {
    onContext(() -> pulse(LONG, SHORT).start(true));
    awaitDeath("no connection_ack within PT0.3S");
  }

  @Test
  void waitsForNoAcknowledgementOnceItIsThereOrWhereNoneIsOwed() {
    onContext(
        () -> {
          pulse(LONG, SHORT).start(false);
          var accepted = pulse(LONG, SHORT);
          accepted.start(true);
          accepted.accepted();
        });
    awaitNoDeath();
  }

  @Test
  void hasPatienceAnewForWhatCouldNotBeReadWhilePaused() {
    var patience = SHORT.multipliedBy(20);
    var pulse = pulse(LONG, patience);
    onContext(
        () -> {
          pulse.pause();
          pulse.start(true);
        });
    await().during(patience.plusMillis(300)).atMost(30, SECONDS).until(deaths::isEmpty);
    onContext(pulse::resume);
    awaitNoDeath();
    awaitDeath("no connection_ack within PT6S");
  }

  @Test
  void doesNotTakeWhatIsNotReadForSilent() {
    var pulse = pulse(SHORT, LONG);
    onContext(
        () -> {
          pulse.start(false);
          pulse.pause();
        });
    awaitNoDeath();
    onContext(pulse::resume);
    awaitDeath("no frame for PT0.3S");
  }
}
