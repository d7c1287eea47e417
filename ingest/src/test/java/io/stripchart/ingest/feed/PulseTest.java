package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PulseTest {
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final List<String> told = new ArrayList<>();
  private long nanos;

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Pulse started(Duration idle) {
    var handler =
        new Pulse.Handler() {
          @Override
          public void ping() {
            told.add("ping");
          }

          @Override
          public void overdue(String why) {
            told.add(why);
          }
        };
    // The test looks by itself: the timer would be due after a second.
    var pulse = new Pulse(vertx, idle, PATIENCE, handler, () -> nanos);
    pulse.start();
    pulse.stop();
    return pulse;
  }

  private void pass(Pulse pulse, double seconds) {
    long end = nanos + (long) (seconds * 1e9);
    while (nanos < end) {
      nanos += Duration.ofMillis(50).toNanos();
      pulse.look();
    }
  }

  @Test
  void givesUpWithoutAnAcknowledgementSoonThoughTheIdleTimeIsLong() {
    var pulse = started(Duration.ofHours(1));
    pass(pulse, 9.9);
    pulse.frame();
    assertThat(told).isEmpty();
    pass(pulse, 0.1);
    assertThat(told).containsExactly("no connection_ack within PT10S");
  }

  @Test
  void waitsNoLongerForAnAcknowledgementThanForAReading() {
    var pulse = started(Duration.ofSeconds(2));
    pass(pulse, 2);
    assertThat(told).containsExactly("no connection_ack within PT2S");
  }

  @Test
  void givesUpAFeedThatLivesAndGivesNoReading() {
    var pulse = started(IDLE);
    pulse.accepted();
    for (int i = 0; i < 29; i++) {
      pulse.frame();
      pass(pulse, 1);
    }
    assertThat(told).isEmpty();
    pass(pulse, 1);
    assertThat(told).containsExactly("no reading for PT30S");
  }

  @Test
  void leavesAFeedAloneThatGivesReadings() {
    var pulse = started(IDLE);
    pulse.accepted();
    for (int i = 0; i < 10; i++) {
      pass(pulse, 14);
      pulse.frame();
      pulse.reading();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void pingsOnceAfterHalfOfTheIdleTimeWithoutAnyFrame() {
    var pulse = started(IDLE);
    pulse.accepted();
    pass(pulse, 20);
    assertThat(told).containsExactly("ping");
  }

  @Test
  void hasPatienceAnewForWhatCouldNotBeReadWhilePaused() {
    var pulse = started(IDLE);
    pulse.pause();
    pass(pulse, 100);
    assertThat(told).isEmpty();
    pulse.resume();
    pass(pulse, 9.9);
    assertThat(told).isEmpty();
    pass(pulse, 0.1);
    assertThat(told).containsExactly("no connection_ack within PT10S");
  }

  @Test
  void doesNotTakeItsOwnPauseForTheFeedsSilence() {
    var pulse = started(IDLE);
    pulse.accepted();
    pass(pulse, 14);
    nanos += Duration.ofSeconds(37).toNanos();
    pulse.look();
    // Now the frames that arrived meanwhile are read.
    assertThat(told).isEmpty();
    pulse.frame();
    pulse.reading();
    pass(pulse, 14);
    assertThat(told).isEmpty();
  }

  @Test
  void givesUpAFeedThatIsSilentBesidesItsOwnPause() {
    var pulse = started(IDLE);
    pulse.accepted();
    pass(pulse, 29);
    nanos += Duration.ofSeconds(37).toNanos();
    pulse.look();
    assertThat(told).containsExactly("ping");
    pass(pulse, 1);
    assertThat(told).containsExactly("ping", "no reading for PT30S");
  }
}
