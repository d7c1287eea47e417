package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(10)
class VerdictTest {
  private static PgException refusal(String state, String constraint) {
    String none = null;
    return new PgException(
        "no",
        "ERROR",
        state,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        "public",
        "reading",
        none,
        none,
        constraint);
  }

  @ParameterizedTest
  @CsvSource({
    "08006, TRANSIENT",
    "25006, TRANSIENT",
    "28P01, TRANSIENT",
    "40001, TRANSIENT",
    "40P01, TRANSIENT",
    "42P01, TRANSIENT",
    "42501, TRANSIENT",
    "53100, TRANSIENT",
    "53300, TRANSIENT",
    "55P03, TRANSIENT",
    "57014, TRANSIENT",
    "57P01, TRANSIENT",
    "57P03, TRANSIENT",
    "58030, TRANSIENT",
    "XX000, TRANSIENT",
    "0A000, TRANSIENT",
    "26000, TRANSIENT",
    "22003, REFUSED",
    "22008, REFUSED",
    "23505, REFUSED",
    "23514, REFUSED",
    "44000, REFUSED",
    "P0001, REFUSED",
    "53200, TOO_MUCH",
    "54000, TOO_MUCH"
  })
  void goesByTheSqlState(String state, Verdict verdict) {
    assertThat(Verdict.of(refusal(state, "plausible"))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "53100, TRANSIENT, TRANSIENT",
    "53200, TOO_MUCH, TRANSIENT",
    "53300, TRANSIENT, TRANSIENT",
    "54000, TOO_MUCH, TOO_MUCH",
    "22003, REFUSED, REFUSED"
  })
  void whatTheDatabaseLacksIsNoFaultOfASingleReading(String state, Verdict many, Verdict one) {
    assertThat(Verdict.of(refusal(state, null), 2)).isEqualTo(many);
    assertThat(Verdict.of(refusal(state, null), 1)).isEqualTo(one);
  }

  @Test
  void aMissingPartitionIsNoRefusal() {
    assertThat(Verdict.of(refusal("23514", null))).isEqualTo(Verdict.TRANSIENT);
  }

  static Stream<Throwable> outages() {
    return Stream.of(
        new IOException("reset"),
        new ConnectException("refused"),
        new TimeoutException("late"),
        new VertxException("closed"),
        new IllegalStateException("pool closed"),
        new OutOfMemoryError("heap"),
        new Exception("told by its text alone"));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void whatConnectionsFailWithPasses(Throwable failure) {
    assertThat(Verdict.of(failure)).isEqualTo(Verdict.TRANSIENT);
  }

  @Test
  void whatThisProgramThrowsIsABug() {
    assertThat(Verdict.of(new NullPointerException())).isEqualTo(Verdict.BUG);
    assertThat(Verdict.of(new ClassCastException())).isEqualTo(Verdict.BUG);
  }

  @ParameterizedTest
  @CsvSource({
    "42P01, true",
    "28P01, true",
    "3D000, true",
    "XX001, true",
    "53100, true",
    "57P01, false",
    "53300, false",
    "40P01, false"
  })
  void tellsWhatSomebodyHasToPutRight(String state, boolean needed) {
    assertThat(Verdict.needsOperator(refusal(state, null))).isEqualTo(needed);
    assertThat(Verdict.needsOperator(new IOException("reset"))).isFalse();
  }
}
