package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.ApiException;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveDeskTest {
  private final LiveDesk desk = new LiveDesk();

  private static final class Heard implements LiveDesk.Listener {
    private final List<String> series = new ArrayList<>();
    private int unread;
    private int gaps;

    @Override
    public void stored(Batch batch, List<Reading> readings) {
      readings.forEach(reading -> series.add(reading.series()));
    }

    @Override
    public void unread(Batch batch) {
      unread++;
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

  private static Batch batch(List<Reading> readings) {
    return new Batch(0, 1, 0, 0, readings.size(), readings);
  }

  private void deliver(String... series) {
    var readings = new ArrayList<Reading>();
    for (var name : series) readings.add(new Reading(name, Instant.EPOCH, 1));
    desk.deliver(batch(readings));
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
    public void stored(Batch batch, List<Reading> readings) {
      held.add(readings);
    }

    @Override
    public void unread(Batch batch) {}

    @Override
    public void gap() {}

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
    desk.deliver(batch(batch));
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
  void tellsEveryoneOfWhatIsNotInMemoryAndOfGaps() {
    var exact = listen("a.b");
    var pattern = listen("a.#");
    desk.deliver(new Batch(0, 7, 0, 0, 1, null));
    desk.gap();
    assertThat(exact.unread).isOne();
    assertThat(pattern.unread).isOne();
    assertThat(exact.gaps).isOne();
    assertThat(pattern.gaps).isOne();
  }

  @Test
  void findsWhatMatchesInABatchAgain() {
    listen("a.*");
    var readings = new ArrayList<Reading>();
    for (var name : List.of("a.b", "a.b", "a.b.c", "a.c")) {
      readings.add(new Reading(name, Instant.EPOCH, 1));
    }
    assertThat(desk.matched(SeriesPattern.of("a.*"), batch(readings)))
        .extracting(Reading::series)
        .containsExactly("a.b", "a.b", "a.c");
    assertThat(desk.matched(SeriesPattern.of("a.c"), batch(readings))).hasSize(1);
  }

  private static final class Failing implements LiveDesk.Listener {
    private int failures;

    @Override
    public void stored(Batch batch, List<Reading> readings) {
      throw new IllegalStateException("a bug");
    }

    @Override
    public void unread(Batch batch) {
      throw new IllegalStateException("a bug");
    }

    @Override
    public void gap() {
      throw new IllegalStateException("a bug");
    }

    @Override
    public void failed(Throwable cause) {
      failures++;
      throw new IllegalStateException("another one");
    }
  }

  @Test
  void tellsTheOthersWhereOneThrows() {
    var failing = new Failing();
    desk.add(SeriesPattern.of("a"), failing);
    desk.add(SeriesPattern.of("#"), failing);
    var exact = listen("a");
    var all = listen("#");
    deliver("a");
    desk.deliver(new Batch(1, 7, 0, 0, 1, null));
    desk.gap();
    assertThat(List.of(exact.series, all.series)).allMatch(List.of("a")::equals);
    assertThat(List.of(exact.unread, all.unread, exact.gaps, all.gaps)).containsOnly(1);
    assertThat(failing.failures).isEqualTo(6);
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

  @Test
  void remembersOnlySoManyAnswersOfAllPatternsTogether() {
    var desk = new LiveDesk();
    var readings = new java.util.ArrayList<Reading>();
    for (int i = 0; i < 2_000; i++) {
      readings.add(new Reading("a." + i, Instant.EPOCH, 1));
    }
    for (int i = 0; i < LiveDesk.MAX_PATTERNS; i++) {
      desk.add(SeriesPattern.of("a.*." + "b".repeat(i % 100 + 1) + "." + i), new Silent());
      if (i % 100 == 0) desk.deliver(new Batch(i, 1, 0, 1, readings.size(), readings));
      assertThat(desk.remembered()).isLessThanOrEqualTo(LiveDesk.MAX_REMEMBERED);
    }
    desk.deliver(new Batch(1_000, 1, 0, 1, readings.size(), readings));
    assertThat(desk.remembered()).isBetween(1, LiveDesk.MAX_REMEMBERED);
  }

  private static final class Silent implements LiveDesk.Listener {
    @Override
    public void stored(Batch batch, List<Reading> readings) {}

    @Override
    public void unread(Batch batch) {}

    @Override
    public void gap() {}
  }
}
