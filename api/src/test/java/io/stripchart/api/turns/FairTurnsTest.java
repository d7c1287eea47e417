package io.stripchart.api.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FairTurnsTest {
  private static final Requester FLOOD = new Requester("10.0.0.1", "flood");
  private static final Requester QUIET = new Requester("10.0.0.1", "quiet");
  private static final Requester OTHER = new Requester("10.0.0.2", "other");

  private static FairTurns<String> turns(int running, boolean reserved) {
    return new FairTurns<>(new FairTurns.Limits(running, reserved, 1_000, 1_000, 2_000));
  }

  private static void add(FairTurns<String> turns, Requester requester, int tasks) {
    for (int i = 0; i < tasks; i++) turns.add(requester, requester.connection() + "" + i);
  }

  /** One after the other. */
  private static List<String> all(FairTurns<String> turns) {
    var order = new ArrayList<String>();
    for (var turn = turns.next(); turn != null; turn = turns.next()) {
      order.add(turn.task());
      turns.ended(turn.requester());
    }
    return order;
  }

  @Test
  void connectionsTakeTurnsWhateverEachHasWaiting() {
    var turns = turns(1, false);
    add(turns, FLOOD, 100);
    add(turns, QUIET, 2);
    assertThat(all(turns).subList(0, 5))
        .containsExactly("flood0", "quiet0", "flood1", "quiet1", "flood2");
  }

  @Test
  void addressesTakeTurnsHoweverManyConnectionsEachHas() {
    var turns = turns(1, false);
    for (int i = 0; i < 100; i++) add(turns, new Requester("10.0.0.1", "many" + i + "-"), 1);
    add(turns, OTHER, 2);
    assertThat(all(turns).subList(0, 5))
        .containsExactly("many0-0", "other0", "many1-0", "other1", "many2-0");
  }

  @Test
  void goesOnWithWhoWaitedLongestWhenOneComesBack() {
    var turns = turns(1, false);
    add(turns, FLOOD, 3);
    turns.next();
    add(turns, QUIET, 1);
    turns.ended(FLOOD);
    assertThat(all(turns)).containsExactly("flood1", "quiet0", "flood2");
  }

  @Test
  void runsNoMoreThanItMay() {
    var turns = turns(2, false);
    add(turns, FLOOD, 3);
    assertThat(turns.next()).isNotNull();
    assertThat(turns.next()).isNotNull();
    assertThat(turns.next()).isNull();
    turns.ended(FLOOD);
    assertThat(turns.next().task()).isEqualTo("flood2");
  }

  @Test
  void keepsAPlaceForAConnectionAndOneForAnAddressThatHaveNoneRunning() {
    var turns = turns(2, true);
    add(turns, FLOOD, 10);
    assertThat(turns.next().task()).isEqualTo("flood0");
    assertThat(turns.next().task()).isEqualTo("flood1");
    assertThat(turns.next()).isNull();
    add(turns, QUIET, 2);
    assertThat(turns.next().task()).isEqualTo("quiet0");
    assertThat(turns.next()).isNull();
    add(turns, OTHER, 2);
    assertThat(turns.next().task()).isEqualTo("other0");
    assertThat(turns.next()).isNull();
    turns.ended(QUIET);
    // One place more is taken than those that are for all: it stays one for another address.
    assertThat(turns.next()).isNull();
    turns.ended(FLOOD);
    assertThat(turns.next().task()).isEqualTo("quiet1");
  }

  @Test
  void limitsWhatWaitsOfAConnectionAnAddressAndInAll() {
    var turns = new FairTurns<String>(new FairTurns.Limits(1, false, 2, 3, 4));
    assertThat(turns.add(FLOOD, "a")).isTrue();
    assertThat(turns.add(FLOOD, "b")).isTrue();
    assertThat(turns.add(FLOOD, "of the connection")).isFalse();
    assertThat(turns.add(QUIET, "c")).isTrue();
    assertThat(turns.add(QUIET, "of the address")).isFalse();
    assertThat(turns.add(OTHER, "d")).isTrue();
    assertThat(turns.add(OTHER, "in all")).isFalse();
    assertThat(turns.add(Requester.INTERNAL, "in all")).isFalse();
    assertThat(turns.remove(FLOOD, "b")).isTrue();
    assertThat(turns.add(OTHER, "e")).isTrue();
    assertThat(all(turns)).containsExactly("a", "d", "c", "e");
    assertThat(turns.add(FLOOD, "again")).isTrue();
  }

  @Test
  void ownWorkHasNoLimitOfAConnection() {
    var turns = new FairTurns<String>(new FairTurns.Limits(1, false, 1, 1, 10));
    add(turns, Requester.INTERNAL, 5);
    assertThat(turns.waitingTasks()).isEqualTo(5);
  }

  @Test
  void forgetsWhatWasTakenAway() {
    var turns = turns(1, true);
    add(turns, FLOOD, 2);
    assertThat(turns.remove(FLOOD, "flood0")).isTrue();
    assertThat(turns.remove(FLOOD, "flood0")).isFalse();
    assertThat(turns.remove(QUIET, "flood1")).isFalse();
    assertThat(turns.next().task()).isEqualTo("flood1");
    assertThat(turns.next()).isNull();
    assertThat(turns.waitingTasks()).isZero();
  }

  @Test
  void takesAwayAllTasksOfAConnection() {
    var turns = turns(1, true);
    add(turns, FLOOD, 3);
    add(turns, QUIET, 1);
    assertThat(turns.removeAll(FLOOD)).containsExactly("flood0", "flood1", "flood2");
    assertThat(turns.removeAll(FLOOD)).isEmpty();
    assertThat(turns.removeAll(OTHER)).isEmpty();
    assertThat(turns.waitingTasks()).isOne();
    assertThat(all(turns)).containsExactly("quiet0");
  }

  @Test
  void startsAnewWhereThoseThatRanAreAbandoned() {
    var turns = turns(1, false);
    add(turns, FLOOD, 2);
    turns.next();
    assertThat(turns.next()).isNull();
    turns.abandonRunning();
    assertThat(turns.next().task()).isEqualTo("flood1");
    assertThat(turns.clear()).isEmpty();
  }
}
