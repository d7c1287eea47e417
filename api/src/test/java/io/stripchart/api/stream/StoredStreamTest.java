package io.stripchart.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stored.BatchNotes.Moment;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StoredStreamTest {
  private final StoredStream stream = new StoredStream(10, 200);

  private static List<Reading> readings(int count) {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < count; i++) {
      readings.add(new Reading("a", Instant.EPOCH.plusSeconds(count - i), i));
    }
    return readings;
  }

  @Test
  void givesEachBatchAtItsPosition() {
    stream.append(null, 0, 7, readings(3));
    stream.append(null, 0, 8, List.of());
    stream.append(null, 0, 9, readings(1));
    assertThat(stream.next()).isEqualTo(2);
    assertThat(stream.at(0)).isEqualTo(new Batch(0, 7, 1_000_000, 3_000_000, 3, readings(3)));
    assertThat(stream.at(1).transaction()).isEqualTo(9);
    assertThat(stream.at(2)).isNull();
    assertThat(stream.at(-1)).isNull();
  }

  @Test
  void takesReadingsOfAnyTime() {
    stream.append(
        null,
        0,
        7,
        List.of(new Reading("a", Reading.EARLIEST, 1), new Reading("a", Reading.LATEST, 2)));
    assertThat(stream.at(0).count()).isEqualTo(2);
  }

  @Test
  void keepsOfOlderReadingsWhereTheyAre() {
    for (int i = 0; i < 5; i++) stream.append(null, 0, i + 1, readings(4));
    assertThat(stream.heldReadings()).isEqualTo(8);
    assertThat(stream.at(2)).isEqualTo(new Batch(2, 3, 1_000_000, 4_000_000, 4, null));
    assertThat(stream.at(3).isInMemory()).isTrue();
    stream.append(null, 0, 6, readings(50));
    assertThat(stream.at(4).isInMemory()).isFalse();
    assertThat(stream.at(5).readings()).hasSize(50);
  }

  @Test
  void forgetsTheOldestBatches() {
    for (int i = 0; i < 1_000; i++) {
      if (i % 3 == 0) {
        stream.appendUnread(List.of(new Batch(0, i, 1, 2, 3, null)));
      } else {
        stream.append(null, 0, i, readings(1 + i % 4));
      }
      assertThat(stream.heldReadings()).isLessThanOrEqualTo(10);
    }
    assertThat(stream.first()).isEqualTo(800);
    assertThat(stream.next()).isEqualTo(1_000);
    assertThat(stream.at(799)).isNull();
    for (long position = 800; position < 1_000; position++) {
      assertThat(stream.at(position).position()).isEqualTo(position);
      assertThat(stream.at(position).transaction()).isEqualTo(position);
    }
  }

  @Test
  void isBehindForEveryoneAfterALoss() {
    stream.append(null, 0, 1, readings(3));
    long place = stream.next();
    stream.lose();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(stream.heldReadings()).isZero();
    stream.append(null, 0, 2, readings(1));
    assertThat(stream.at(stream.first()).transaction()).isEqualTo(2);
  }

  @Test
  void knowsWhichBatchesWereKnownBeforeEachOfThem() {
    var process = UUID.randomUUID();
    var other = UUID.randomUUID();
    stream.learn(
        KnownBatches.NONE,
        new Moment(
            new Snapshot(1, 1, Set.of()), KnownBatches.of("500 " + process + "=3-5"), "here"));
    for (int i = 0; i < 700; i++) {
      stream.append(i % 2 == 0 ? process : other, 10 + i / 2, i, readings(1));
    }
    assertThat(stream.database()).isEqualTo("here".hashCode());
    for (long position = stream.first(); position <= stream.next(); position++) {
      var known = stream.knownBefore(position);
      assertThat(known.until()).isEqualTo(500);
      long last = position - 1;
      assertThat(known.stretches(process)).containsExactly(3, 5, 10, 10 + last / 2);
      assertThat(known.stretches(other)).containsExactly(10, 10 + (last - 1) / 2);
    }
  }

  @Test
  void needsTheNumbersOnlyOfWhatASnapshotSawLately() {
    var process = UUID.randomUUID();
    var gone = UUID.randomUUID();
    stream.append(process, 1, 1, readings(1));
    stream.append(gone, 1, 2, readings(1));
    stream.append(process, 2, 3, readings(1));
    var then = stream.knownBefore(stream.next());
    stream.append(process, 4, 4, readings(1));
    long position = stream.next();
    assertThat(stream.covers(500, position)).isFalse();
    stream.learn(
        then,
        new Moment(
            new Snapshot(1, 1, Set.of()), KnownBatches.of("501 " + process + "=2-2"), "here"));
    assertThat(stream.knownBefore(position))
        .hasToString("501 " + process + "=2-2," + process + "=4-4");
    assertThat(stream.covers(500, position)).isTrue();
    assertThat(stream.covers(500, position - 1)).isFalse();
    assertThat(stream.covers(502, position)).isFalse();
  }

  @Test
  void wakesWhoFollows() {
    var woken = new AtomicInteger();
    StoredStream.Follower follower = woken::incrementAndGet;
    stream.add(follower);
    stream.append(null, 0, 1, readings(1));
    stream.appendUnread(List.of(new Batch(0, 2, 0, 0, 1, null)));
    stream.appendUnread(List.of());
    stream.lose();
    stream.remove(follower);
    stream.append(null, 0, 3, readings(1));
    assertThat(woken).hasValue(3);
  }
}
