package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DatabaseWatchTest {
  private final DatabaseWatch watch = new DatabaseWatch(Clock.systemUTC());

  @Test
  void isAProblemUntilItFirstAnswers() {
    assertThat(watch.problem()).contains("not asked yet");
    watch.answered();
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void anAnswerDoesNotMeanThatItStores() {
    watch.failed(new IOException("no table"));
    watch.answered();
    assertThat(watch.problem()).hasValueSatisfying(told -> assertThat(told).contains("no table"));
    watch.worked();
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void anAnswerEndsWhatALookFound() {
    watch.worked();
    watch.unanswered(new IOException("reset"));
    assertThat(watch.problem()).isPresent();
    watch.answered();
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void tellsInOneLine() {
    watch.failed(new IOException("no\ntable \"reading\"\n"));
    assertThat(watch.problem()).contains("cannot be used: no table 'reading'");
  }
}
