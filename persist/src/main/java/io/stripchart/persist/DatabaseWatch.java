package io.stripchart.persist;

import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.persist.store.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database works; reports changes, not each attempt. That nothing can be stored and
 * that the database does not answer are separate: an answer does not mean that readings can be
 * stored again.
 */
final class DatabaseWatch {
  private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);

  private final Clock clock;
  private final LogLimit reminders;
  private volatile String storeProblem;
  private volatile String lookProblem = "not asked yet";
  private Instant awaySince;

  /** Of the last answer, by {@link System#nanoTime}. */
  private long answeredAt = System.nanoTime();

  DatabaseWatch(Clock clock) {
    this.clock = clock;
    this.reminders = new LogLimit();
  }

  /** For how long the database has not answered anything. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - answeredAt);
  }

  /** The failure, if any; any thread. */
  Optional<String> problem() {
    return Optional.ofNullable(storeProblem).or(() -> Optional.ofNullable(lookProblem));
  }

  /** It has stored or judged a reading. */
  void worked() {
    storeProblem = null;
    answered();
  }

  /** It was merely looked at. */
  void answered() {
    answeredAt = System.nanoTime();
    lookProblem = null;
    if (awaySince == null || storeProblem != null) return;
    var away = Duration.between(awaySince, clock.instant());
    awaySince = null;
    log.info("event=database_back after={}", away);
  }

  /** It could not store. */
  void failed(Throwable failure) {
    if (Verdict.isAnswer(failure)) answeredAt = System.nanoTime();
    storeProblem = "cannot be used: " + tell(failure);
  }

  /**
   * The messages that could not be stored are with other processes now, so storing will not show
   * when the database is back.
   */
  void givenUp() {
    if (storeProblem == null) return;
    lookProblem = storeProblem;
    storeProblem = null;
  }

  /** It could not even be looked at. */
  void unanswered(Throwable failure) {
    lookProblem = "cannot be used: " + tell(failure);
  }

  private String tell(Throwable failure) {
    var cause = OneLine.of(failure);
    boolean first = awaySince == null;
    if (first) awaySince = clock.instant();
    if (!Verdict.needsOperator(failure) && Verdict.isAnswer(failure)) {
      if (reminders.admit().isPresent())
        log.warn("event=database_refuses cause=\"{}\"; trying again", cause);
    } else if (Verdict.needsOperator(failure)) {
      if (reminders.admit().isPresent())
        log.error(
            "event=database_unusable cause=\"{}\"; nothing is stored until it is put right, and"
                + " nothing is lost",
            cause);
    } else if (first) {
      log.warn("event=database_away cause=\"{}\"; trying again until it answers", cause);
    }
    return cause;
  }
}
