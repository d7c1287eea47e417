package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.ApiException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveDeskTest {
  private final LiveDesk desk = new LiveDesk();

  private static final class Heard implements LiveDesk.Listener {
    private final List<String> series = new ArrayList<>();
    private long missed;
    private int gaps;

    @Override
    public void stored(List<Reading> readings) {
      readings.forEach(reading -> series.add(reading.series()));
    }

    @Override
    public void missed(long readings) {
      missed += readings;
    }

    @Override
    public void gap() {
      gaps++;
    }
  }

  private Heard listen(String pattern) {
    var heard = new Heard();
    desk.add(SeriesPattern.of(pattern), heard);
    return heard;
  }

  private void deliver(String... series) {
    var readings = new ArrayList<Reading>();
    for (var name : series) readings.add(new Reading(name, Instant.EPOCH, 1));
    desk.deliver(readings);
  }

  @Test
  void handsEachReadingToThoseWhoseNameOrPatternMatches() {
    var exact = listen("a.b");
    var again = listen("a.b");
    var one = listen("a.*");
    var all = listen("#");
    deliver("a.b", "a.b", "a.c", "x");
    assertThat(exact.series).containsExactly("a.b", "a.b");
    assertThat(again.series).containsExactly("a.b", "a.b");
    assertThat(one.series).containsExactly("a.b", "a.b", "a.c");
    assertThat(all.series).containsExactly("a.b", "a.b", "a.c", "x");
  }

  @Test
  void holdsNoReadingsOfOthersForWhoIsSlow() {
    var held = new ArrayList<List<Reading>>();
    desk.add(SeriesPattern.of("rare"), new Holding(held));
    desk.add(SeriesPattern.of("rare"), new Holding(held));
    var foreign = deliverWithAForeignReading();
    assertThat(held).hasSize(2);
    assertThat(held.get(0)).isSameAs(held.get(1)).hasSize(1);
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(foreign.get()).isNull();
            });
  }

  private record Holding(List<List<Reading>> held) implements LiveDesk.Listener {
    @Override
    public void stored(List<Reading> readings) {
      held.add(readings);
    }

    @Override
    public void missed(long readings) {}

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private WeakReference<Reading> deliverWithAForeignReading() {
    var foreign = new Reading("frequent", Instant.EPOCH, 1);
    var batch = new ArrayList<>(List.of(foreign));
    batch.add(new Reading("frequent", Instant.EPOCH.plusSeconds(1), 1));
    batch.add(new Reading("rare", Instant.EPOCH, 1));
    desk.deliver(batch);
    return new WeakReference<>(foreign);
  }

  @Test
  void forgetsWhoLeft() {
    var stays = listen("#");
    var leaves = listen("#");
    var exact = listen("a");
    desk.remove(SeriesPattern.of("#"), leaves);
    desk.remove(SeriesPattern.of("a"), exact);
    deliver("a");
    assertThat(stays.series).hasSize(1);
    assertThat(leaves.series).isEmpty();
    assertThat(exact.series).isEmpty();
    desk.remove(SeriesPattern.of("#"), stays);
    assertThat(desk.isEmpty()).isTrue();
  }

  @Test
  void tellsOfWhatWasDroppedAndOfGaps() {
    var exact = listen("a.b");
    var pattern = listen("a.#");
    desk.missed(Map.of("a.b", 3L, "a.c", 4L, "x", 5L));
    desk.gap();
    assertThat(exact.missed).isEqualTo(3);
    assertThat(pattern.missed).isEqualTo(7);
    assertThat(exact.gaps).isOne();
    assertThat(pattern.gaps).isOne();
  }

  @Test
  void takesSoManyPatternsAtATime() {
    for (int i = 0; i < LiveDesk.MAX_PATTERNS; i++) listen("a" + i + ".*");
    listen("a0.*");
    listen("exact");
    assertThatThrownBy(() -> listen("more.*"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("1000 different patterns");
  }
}
