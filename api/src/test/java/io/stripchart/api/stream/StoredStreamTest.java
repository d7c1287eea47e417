package io.stripchart.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    stream.append(7, readings(3));
    stream.append(8, List.of());
    stream.append(9, readings(1));
    assertThat(stream.next()).isEqualTo(2);
    assertThat(stream.at(0)).isEqualTo(new Batch(0, 7, 1_000_000, 3_000_000, 3, readings(3)));
    assertThat(stream.at(1).transaction()).isEqualTo(9);
    assertThat(stream.at(2)).isNull();
    assertThat(stream.at(-1)).isNull();
  }

  @Test
  void takesReadingsOfAnyTime() {
    stream.append(
        7, List.of(new Reading("a", Reading.EARLIEST, 1), new Reading("a", Reading.LATEST, 2)));
    assertThat(stream.at(0).count()).isEqualTo(2);
  }

  @Test
  void keepsOfOlderReadingsWhereTheyAre() {
    for (int i = 0; i < 5; i++) stream.append(i + 1, readings(4));
    assertThat(stream.heldReadings()).isEqualTo(8);
    assertThat(stream.at(2)).isEqualTo(new Batch(2, 3, 1_000_000, 4_000_000, 4, null));
    assertThat(stream.at(3).isInMemory()).isTrue();
    stream.append(6, readings(50));
    assertThat(stream.at(4).isInMemory()).isFalse();
    assertThat(stream.at(5).readings()).hasSize(50);
  }

  @Test
  void forgetsTheOldestBatches() {
    for (int i = 0; i < 1_000; i++) {
      if (i % 3 == 0) {
        stream.appendUnread(List.of(new Batch(0, i, 1, 2, 3, null)));
      } else {
        stream.append(i, readings(1 + i % 4));
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
    stream.append(1, readings(3));
    long place = stream.next();
    stream.lose();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(stream.heldReadings()).isZero();
    stream.append(2, readings(1));
    assertThat(stream.at(stream.first()).transaction()).isEqualTo(2);
  }

  @Test
  void wakesWhoFollows() {
    var woken = new AtomicInteger();
    StoredStream.Follower follower = woken::incrementAndGet;
    stream.add(follower);
    stream.append(1, readings(1));
    stream.appendUnread(List.of(new Batch(0, 2, 0, 0, 1, null)));
    stream.appendUnread(List.of());
    stream.lose();
    stream.remove(follower);
    stream.append(3, readings(1));
    assertThat(woken).hasValue(3);
  }
}
