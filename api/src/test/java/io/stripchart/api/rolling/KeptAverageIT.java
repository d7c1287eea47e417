package io.stripchart.api.rolling;

import static io.stripchart.api.rolling.KeptAverages.PATTERN;
import static io.stripchart.api.rolling.KeptAverages.ROOM;
import static io.stripchart.api.rolling.KeptAverages.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** None is older than what it received, nor has it duplicates. */
@Tag("brokerless")
@Timeout(120)
class KeptAverageIT {
  @RegisterExtension final KeptAverages kept = new KeptAverages();

  @Test
  void addsOnlyWhatItsLoadingDidNotSee() throws Exception {
    long seen = kept.store(3);
    var readings = kept.readings(3);
    assertThat(kept.ask().count()).isEqualTo(3);
    kept.tell(seen, readings);
    assertThat(kept.ask().count()).isEqualTo(3);
    kept.pass(Duration.ofSeconds(60));
    kept.tell(kept.store(2), kept.readings(2));
    assertThat(kept.ask().count()).isEqualTo(5);
  }

  @Test
  void addsWhatWasStoredWhileItWasLoading() throws Exception {
    kept.store(3);
    var answer =
        kept.onLater(
            () -> {
              var asked = kept.averages().ask(PATTERN, WINDOW);
              kept.pass(Duration.ofSeconds(60));
              // Of a transaction that has not begun yet: what was read cannot have seen it.
              kept.desk().deliver(kept.batch(1L << 40, kept.readings(2)));
              return asked;
            });
    assertThat(answer.count()).isEqualTo(5);
    assertThat(kept.held()).isEqualTo(5);
  }

  @Test
  void answersAsOfItsSnapshotWhereBatchesWereMissedWhileItWasLoading() throws Exception {
    kept.store(3);
    var answer =
        kept.onLater(
            () -> {
              var asked = kept.averages().ask(PATTERN, WINDOW);
              kept.pass(Duration.ofSeconds(60));
              kept.desk().deliver(kept.batch(1L << 40, kept.readings(2)));
              kept.desk().deliver(kept.batch(1L << 41, null));
              return asked;
            });
    assertThat(answer.count()).isEqualTo(3);
    assertThat(kept.held()).isZero();
    assertThat(kept.ask().count()).isEqualTo(3);
    assertThat(kept.held()).isEqualTo(3);
  }

  @Test
  void loadsAgainWhereABatchCannotBeTold() throws Exception {
    kept.store(3);
    kept.ask();
    kept.pass(Duration.ofSeconds(60));
    kept.store(2);
    // As of a persist process that does not report its transactions.
    kept.tell(0, kept.readings(2));
    assertThat(kept.ask().count()).isEqualTo(5);
  }

  @Test
  void loadsAgainWhereTheClockWasSetBack() throws Exception {
    kept.store(50);
    kept.pass(WINDOW);
    assertThat(kept.ask().count()).isZero();
    kept.setClock(KeptAverages.START);
    assertThat(kept.ask().count()).isEqualTo(50);
  }

  @Test
  void asksTheDatabaseWhileBatchesMayBeMissing() throws Exception {
    kept.store(3);
    kept.ask();
    kept.isWhole(false);
    kept.pass(Duration.ofSeconds(60));
    long transaction = kept.store(2);
    assertThat(kept.ask().count()).isEqualTo(5);
    assertThat(kept.held()).isEqualTo(3);
    // It was found.
    kept.tell(transaction, kept.readings(2));
    kept.isWhole(true);
    long before = kept.statements();
    assertThat(kept.ask().count()).isEqualTo(5);
    assertThat(kept.statements()).isEqualTo(before);
  }

  @Test
  void loadsAgainWhereABatchThatWasMissedIsNotInMemory() throws Exception {
    kept.store(3);
    kept.ask();
    kept.pass(Duration.ofSeconds(60));
    kept.tell(kept.store(2), null);
    assertThat(kept.held()).isZero();
    assertThat(kept.ask().count()).isEqualTo(5);
  }

  @Test
  void sharesTheDatabasesAnswerAmongThoseWhoAskAtNearlyTheSameTime() throws Exception {
    kept.store(ROOM + 1);
    kept.ask();
    kept.pass(Duration.ofSeconds(1));
    long before = kept.statements("statistics");
    var both =
        kept.onLater(
            () -> {
              var one = kept.averages().ask(PATTERN, WINDOW);
              return kept.averages().ask(PATTERN, WINDOW).compose(same -> one.map(List.of(same)));
            });
    assertThat(both.get(0).count()).isEqualTo(ROOM + 1);
    kept.pass(Duration.ofNanos((SharedAnswer.KEPT_MICROS - 1) * 1_000));
    assertThat(kept.ask()).isEqualTo(both.get(0));
    assertThat(kept.statements("statistics") - before).isEqualTo(1);
    kept.pass(Duration.ofNanos(1_000));
    assertThat(kept.ask().to()).isEqualTo(kept.now());
    assertThat(kept.statements("statistics") - before).isEqualTo(2);
  }

  @Test
  void sharesNoAnswerThatIsOlderThanWhatItWasToldOf() throws Exception {
    kept.store(ROOM + 1);
    assertThat(kept.ask().count()).isEqualTo(ROOM + 1);
    for (int i = 1; i <= 3; i++) {
      // Within the moment for which an answer is shared.
      kept.pass(Duration.ofMillis(10));
      kept.tell(kept.store(1), kept.readings(1));
      assertThat(kept.ask().count()).isEqualTo(ROOM + 1 + i);
    }
  }
}
