package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.StampShare;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StampLedgerTest {
  private static final long NOW = 1_767_225_600_000_000L;
  private static final long CLAIM = 60_000_000;

  @Test
  void givesASlotToEachProcess() {
    var first = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM);
    var second = first.ledger().claim("b", null, NOW, 0, CLAIM);
    assertThat(first.share()).isEqualTo(new StampShare(0, 0, NOW + CLAIM));
    assertThat(second.share()).isEqualTo(new StampShare(1, 0, NOW + CLAIM));
  }

  @Test
  void givesMoreOfTheSameSlotToItsOwner() {
    var first = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM);
    var more = first.ledger().claim("a", first.share(), NOW + 5, NOW + 7, CLAIM);
    assertThat(more.share()).isEqualTo(new StampShare(0, 0, NOW + 7 + CLAIM));
  }

  /** After a restart with the clock set back, the times of before are given to nobody. */
  @Test
  void givesAnotherSlotWhereTheClockWasSetBack() {
    var before = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM);
    var after = before.ledger().claim("b", null, NOW - 3_600_000_000L, 0, CLAIM);
    assertThat(after.share().slot()).isNotEqualTo(before.share().slot());
    assertThat(after.share().until()).isEqualTo(NOW - 3_600_000_000L + CLAIM);
  }

  @Test
  void givesTimesAheadOfTheClockWhereNoSlotIsFree() {
    var ledger = StampLedger.EMPTY;
    for (int i = 0; i < StampShare.SLOTS; i++) {
      assertThat(ledger.isFull(NOW)).isFalse();
      ledger = ledger.claim("a" + i, null, NOW + i, 0, CLAIM).ledger();
    }
    assertThat(ledger.isFull(NOW)).isTrue();
    var next = ledger.claim("b", null, NOW, 0, CLAIM);
    assertThat(next.share()).isEqualTo(new StampShare(0, NOW + CLAIM, NOW + 2 * CLAIM));
    var moved = next.ledger().claim("a0", new StampShare(0, 0, NOW + CLAIM), NOW, NOW, CLAIM);
    assertThat(moved.share().slot()).as("it lost its slot, and gets another").isEqualTo(1);
    assertThat(moved.share().after()).isEqualTo(NOW + 1 + CLAIM);
  }

  @Test
  void givesBackWhatWasNotUsed() {
    var first = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM);
    var released = first.ledger().released("a", first.share(), NOW + 3);
    for (int i = 1; i < StampShare.SLOTS; i++) {
      released = released.claim("b" + i, null, NOW, 0, CLAIM).ledger();
    }
    var again = released.claim("c", null, NOW + 1_000, 0, CLAIM);
    assertThat(again.share()).isEqualTo(new StampShare(0, NOW + 3, NOW + 1_000 + CLAIM));
    assertThat(again.ledger().released("a", first.share(), NOW).encode())
        .as("it is not the first one's any more")
        .isEqualTo(again.ledger().encode());
  }

  @Test
  void takesTheLatestOfEachSlotWhereSeveralAreFound() {
    var old = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM);
    var newer = old.ledger().claim("b", null, NOW, 0, CLAIM);
    var merged = StampLedger.merged(List.of(newer.ledger(), old.ledger()));
    assertThat(merged.claim("c", null, NOW, 0, CLAIM).share().slot()).isEqualTo(2);
    assertThat(StampLedger.merged(List.of()).claim("c", null, NOW, 0, CLAIM).share().slot())
        .isZero();
  }

  @Test
  void readsWhatItWritesAndNothingElse() {
    var ledger = StampLedger.EMPTY.claim("a", null, NOW, 0, CLAIM).ledger();
    assertThat(StampLedger.decode(ledger.encode()).encode()).isEqualTo(ledger.encode());
    for (var bad : List.of("", "x", "{}", "{\"slots\":5}", "{\"slots\":[{\"slot\":77}]}")) {
      assertThat(StampLedger.decode(bad.getBytes(StandardCharsets.UTF_8)).encode())
          .isEqualTo(StampLedger.EMPTY.encode());
    }
  }

  /** Whatever clocks say, and however processes end: no stamp is given twice. */
  @Test
  void givesNoStampTwice() {
    var random = new Random(42);
    var ledger = StampLedger.EMPTY;
    var seen = new HashSet<Instant>();
    int given = 0;
    var running = new ArrayList<Stamping>();
    for (int step = 0; step < 2_000; step++) {
      var now = Instant.ofEpochSecond(1_767_225_600L + random.nextInt(120));
      if (running.size() < 3 || random.nextInt(10) == 0) {
        running.add(new Stamping("p" + step));
      }
      var process = running.get(random.nextInt(running.size()));
      var clock = new ArrivalClock(Clock.fixed(now, ZoneOffset.UTC));
      if (process.clock == null) process.clock = clock;
      var claim =
          ledger.claim(
              process.name,
              process.share,
              ReadingTime.micros(now),
              process.clock.lastMicros(),
              CLAIM);
      ledger = claim.ledger();
      process.share = claim.share();
      process.clock.use(claim.share());
      for (int i = random.nextInt(20); i > 0; i--) {
        var stamp = process.clock.next();
        assertThat(process.clock.isCovered()).isTrue();
        assertThat(process.share.holds(stamp)).isTrue();
        assertThat(seen.add(stamp)).isTrue();
        given++;
      }
      if (random.nextInt(5) == 0) {
        if (random.nextBoolean()) {
          ledger = ledger.released(process.name, process.share, process.clock.lastMicros());
        }
        running.remove(process);
      }
    }
    assertThat(given).isGreaterThan(10_000);
  }

  private static final class Stamping {
    private final String name;
    private StampShare share;
    private ArrivalClock clock;

    private Stamping(String name) {
      this.name = name;
    }
  }
}
