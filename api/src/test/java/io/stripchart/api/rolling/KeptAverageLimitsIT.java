package io.stripchart.api.rolling;

import static io.stripchart.api.rolling.KeptAverages.PATTERN;
import static io.stripchart.api.rolling.KeptAverages.ROOM;
import static io.stripchart.api.rolling.KeptAverages.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.kept.KeptViews;
import io.stripchart.common.reading.SeriesPattern;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is cached, what is evicted, and for how long. */
@Tag("brokerless")
@Timeout(120)
class KeptAverageLimitsIT {
  @RegisterExtension final KeptAverages kept = new KeptAverages();

  @Test
  void asksTheDatabaseForWhatIsTooLarge() throws Exception {
    kept.store(ROOM + 1);
    assertThat(kept.ask().count()).isEqualTo(ROOM + 1);
    assertThat(kept.ask().value()).isEqualTo(ROOM / 2.0);
    assertThat(kept.held()).isZero();
    assertThat(kept.statements("window")).isEqualTo(1);
    kept.database().execute("delete from reading where value = 0");
    kept.pass(RollingAverages.AGAIN.minusSeconds(1));
    assertThat(kept.ask().count()).isEqualTo(ROOM);
    assertThat(kept.held()).isZero();
    kept.pass(Duration.ofSeconds(1));
    assertThat(kept.ask().count()).isEqualTo(ROOM);
    assertThat(kept.held()).isEqualTo(ROOM);
  }

  @Test
  void keepsWhatHasJustRoom() throws Exception {
    kept.store(ROOM);
    assertThat(kept.ask().count()).isEqualTo(ROOM);
    assertThat(kept.held()).isEqualTo(ROOM);
    long before = kept.statements();
    assertThat(kept.ask().count()).isEqualTo(ROOM);
    assertThat(kept.statements()).isEqualTo(before);
  }

  @Test
  void letsGoOfWhatGrowsTooLarge() throws Exception {
    kept.store(ROOM);
    kept.ask();
    kept.pass(Duration.ofSeconds(10));
    long transaction = kept.store(10);
    kept.tell(transaction, kept.readings(10));
    assertThat(kept.held()).isZero();
    assertThat(kept.ask().count()).isEqualTo(ROOM + 10);
  }

  @Test
  void loadsOneAtATimeAndHasTheDatabaseAnswerMeanwhile() throws Exception {
    kept.store(ROOM);
    var other = SeriesPattern.of("room.1");
    var answers =
        kept.onLater(
            () -> {
              var one = kept.averages().ask(PATTERN, WINDOW);
              return kept.averages()
                  .ask(other, WINDOW)
                  .compose(second -> one.map(first -> List.of(first, second)));
            });
    assertThat(answers).extracting(RollingAverage::count).containsOnly((long) ROOM);
    assertThat(kept.statements("window")).isEqualTo(1);
    assertThat(kept.statements("statistics")).isEqualTo(1);
    assertThat(kept.held()).isEqualTo(ROOM);
    kept.pass(Duration.ofSeconds(1));
    assertThat(kept.onLater(() -> kept.averages().ask(other, WINDOW)).count()).isEqualTo(ROOM);
    assertThat(kept.statements("window")).isEqualTo(2);
    assertThat(kept.held()).isEqualTo(ROOM);
  }

  @Test
  void makesRoomOnlyByWhatNobodyAskedForInTheLastMinute() throws Exception {
    kept.store(ROOM);
    kept.ask();
    kept.pass(RollingAverages.SPARED.minusMillis(1));
    long before = kept.statements("statistics");
    assertThat(kept.ask("room.1").count()).isEqualTo(ROOM);
    assertThat(kept.statements("statistics") - before).isEqualTo(1);
    assertThat(kept.on(() -> kept.averages().now(PATTERN, WINDOW))).isNotNull();
    kept.pass(RollingAverages.SPARED);
    assertThat(kept.ask("#").count()).isEqualTo(ROOM);
    assertThat(kept.statements("statistics") - before).isEqualTo(1);
    assertThat(kept.on(() -> kept.averages().now(PATTERN, WINDOW))).isNull();
    assertThat(kept.held()).isEqualTo(ROOM);
  }

  @Test
  void loadsThoseThatHaveNoRoomTogetherOnceInTenMinutes() throws Exception {
    kept.store(ROOM);
    var patterns = List.of("room.*", "room.1", "#", "room.#", "*.1");
    for (int turn = 0; turn < 5; turn++) {
      for (var pattern : patterns) assertThat(kept.ask(pattern).count()).isEqualTo(ROOM);
      kept.pass(Duration.ofSeconds(90));
    }
    assertThat(kept.statements("window")).isLessThanOrEqualTo(patterns.size());
    assertThat(kept.held()).isEqualTo(ROOM);
  }

  @Test
  void forgetsWhatNobodyAsksFor() throws Exception {
    kept.store(50);
    kept.ask();
    kept.pass(KeptViews.MAX_SILENCE);
    kept.forgetSilent();
    assertThat(kept.held()).isEqualTo(50);
    kept.pass(Duration.ofSeconds(1));
    kept.forgetSilent();
    assertThat(kept.held()).isZero();
    assertThat(kept.desk().isEmpty()).isTrue();
  }

  @Test
  void forgetsSoonWhatHoldsNothing() throws Exception {
    kept.store(ROOM + 1);
    kept.ask();
    kept.pass(KeptViews.MAX_EMPTY_SILENCE);
    kept.forgetSilent();
    assertThat(kept.desk().isEmpty()).isFalse();
    kept.pass(Duration.ofSeconds(1));
    kept.forgetSilent();
    assertThat(kept.desk().isEmpty()).isTrue();
  }

  @Test
  void leavesPlacesForOthersAtTheDesk() throws Exception {
    kept.store(1);
    for (int i = 0; i < RollingAverages.MAX_KEPT; i++) {
      var length = WINDOW.plusSeconds(i);
      kept.onLater(() -> kept.averages().ask(PATTERN, length));
    }
    assertThat(kept.held()).isEqualTo(ROOM);
    long before = kept.statements("statistics");
    var beyond = WINDOW.plusDays(1);
    assertThat(kept.onLater(() -> kept.averages().ask(PATTERN, beyond)).count()).isEqualTo(1);
    assertThat(kept.statements("statistics") - before).isEqualTo(1);
  }
}
