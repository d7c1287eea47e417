package io.stripchart.api.kept;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KeptViewsTest {
  private static final int ROOM = 4;

  private final Vertx vertx = Vertx.vertx();
  private LiveDesk desk = new LiveDesk();
  private KeptStore store = new KeptStore();
  private AtomicLong weight = new AtomicLong();
  private Runnable onItsWay = () -> {};
  private boolean whole = true;
  private long times;

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private KeptViews<String, KeptStore.Readings> views(int maxViews, int room, Duration spared) {
    return views(new Limits(maxViews, room, 2, spared, Duration.ZERO));
  }

  private KeptViews<String, KeptStore.Readings> views(Limits limits) {
    var loop = new KeptLoop(vertx, desk, this::isWhole, () -> 0, Clock.systemUTC());
    return new KeptViews<>(loop, store, limits, weight::addAndGet);
  }

  private boolean isWhole() {
    onItsWay.run();
    return whole;
  }

  private Reading reading(String series) {
    return new Reading(series, Instant.ofEpochSecond(times++), 1);
  }

  private KeptStore.Readings loaded(KeptViews<String, KeptStore.Readings> views, String key) {
    var asked = views.ask(key);
    store.answer();
    store.answer();
    return asked.result();
  }

  /**
   * Transactions overlap, and are announced in another order than they were committed in; some are
   * no longer in memory, some are of a process that does not report its transactions, and some are
   * missed until they are found.
   */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 30})
  void hasEachReadingThatWasToldOnceAndNoneThatIsNotCommitted(int room) {
    for (int seed = 0; seed < 300; seed++) run(new Random(seed), room);
  }

  private void run(Random random, int room) {
    desk = new LiveDesk();
    store = new KeptStore();
    weight = new AtomicLong();
    var views = views(3, room, Duration.ZERO);
    var running = new ArrayList<Long>();
    var untold = new ArrayList<Batch>();
    var told = new ArrayList<Reading>();
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(6)) {
        case 0 -> running.add(store.begin());
        case 1 -> {
          if (!running.isEmpty()) untold.add(commit(random, running));
        }
        case 2 -> {
          if (!untold.isEmpty()) tell(random, untold.remove(random.nextInt(untold.size())), told);
        }
        case 3 -> ask(views, List.of("a.*", "a.1", "a.2", "b.1").get(random.nextInt(4)), told);
        case 4 -> whole = random.nextInt(5) != 0;
        default -> store.answer();
      }
      assertThat(weight.get()).isBetween(0L, (long) room);
    }
    views.close();
  }

  private Batch commit(Random random, List<Long> running) {
    var readings = new ArrayList<Reading>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      readings.add(reading(random.nextInt(4) == 0 ? "b.1" : "a." + random.nextInt(3)));
    }
    return store.commit(running.remove(random.nextInt(running.size())), readings);
  }

  private void tell(Random random, Batch batch, List<Reading> told) {
    told.addAll(batch.readings());
    switch (random.nextInt(8)) {
      case 0 -> desk.deliver(new Batch(0, batch.transaction(), 0, 0, batch.count(), null));
      case 1 -> desk.deliver(new Batch(0, 0, 0, 0, batch.count(), batch.readings()));
      default -> desk.deliver(batch);
    }
  }

  private void ask(KeptViews<String, KeptStore.Readings> views, String key, List<Reading> told) {
    var knownThen = List.copyOf(told);
    views.ask(key).onSuccess(view -> check(view, key, knownThen));
    check(views.now(key), key, knownThen);
  }

  private void check(KeptStore.Readings view, String key, List<Reading> told) {
    if (view == null) return;
    var pattern = SeriesPattern.of(key);
    assertThat(view.all())
        .doesNotHaveDuplicates()
        .containsAll(told.stream().filter(one -> pattern.matches(one.series())).toList())
        .allMatch(store.of(key)::contains);
  }

  @Test
  void isAnsweredFromMemoryAgain() {
    var views = views(9, ROOM, Duration.ZERO);
    store.store(reading("a"));
    assertThat(views.now("a")).isNull();
    assertThat(loaded(views, "a").all()).hasSize(1);
    assertThat(views.now("a")).isSameAs(loaded(views, "a"));
    desk.deliver(store.store(reading("a")));
    assertThat(views.now("a").all()).hasSize(2);
    assertThat(store.loads()).isEqualTo(1);
  }

  @Test
  void sharesALoading() {
    var views = views(9, ROOM, Duration.ZERO);
    var both = List.of(views.ask("a"), views.ask("a"));
    store.answer();
    store.answer();
    assertThat(both.get(0).result()).isSameAs(both.get(1).result()).isNotNull();
    assertThat(store.loads()).isEqualTo(1);
  }

  @Test
  void loadsOnlySoManyAtATime() {
    var views = views(9, ROOM, Duration.ZERO);
    views.ask("a");
    views.ask("b");
    assertThat(views.ask("c").succeeded()).isTrue();
    assertThat(store.loads()).isEqualTo(2);
  }

  @Test
  void makesRoomByWhatWasAskedForLeastRecently() {
    var views = views(9, ROOM, Duration.ZERO);
    for (var name : List.of("a", "a", "b", "c", "c")) store.store(reading(name));
    loaded(views, "a");
    loaded(views, "b");
    assertThat(views.now("a")).isNotNull();
    loaded(views, "c");
    assertThat(views.now("b")).isNull();
    assertThat(views.now("a")).isNotNull();
    assertThat(weight).hasValue(4);
    desk.deliver(store.store(reading("a")));
    assertThat(views.now("c")).isNull();
    assertThat(weight).hasValue(3);
  }

  @Test
  void sparesWhatWasAskedForJustNow() {
    var views = views(2, ROOM, Duration.ofHours(1));
    for (var name : List.of("a", "a", "a", "b", "b")) store.store(reading(name));
    loaded(views, "a");
    assertThat(loaded(views, "b")).isNull();
    assertThat(views.ask("c").succeeded()).isTrue();
    assertThat(store.loads()).isEqualTo(2);
    assertThat(views.now("a")).isNotNull();
  }

  @Test
  void letsGoOfWhatGrowsTooLargeByItself() {
    var views = views(9, ROOM, Duration.ZERO);
    loaded(views, "a");
    for (int i = 0; i < ROOM; i++) desk.deliver(store.store(reading("a")));
    assertThat(views.now("a").all()).hasSize(ROOM);
    desk.deliver(store.store(reading("a")));
    assertThat(views.now("a")).isNull();
    assertThat(weight).hasValue(0);
  }

  @Test
  void keepsWhatIsAskedForWhenWhatWasOnItsWayHadItLetGoOf() {
    var views = views(9, ROOM, Duration.ZERO);
    store.store(reading("b"));
    loaded(views, "a");
    loaded(views, "b");
    var tooMany = new Reading[ROOM + 1];
    Arrays.setAll(tooMany, i -> reading("a"));
    onItsWay =
        () -> {
          onItsWay = () -> {};
          desk.deliver(store.store(tooMany));
        };
    assertThat(loaded(views, "b").all()).hasSize(1);
    desk.deliver(store.store(reading("b")));
    assertThat(views.now("b").all()).hasSize(2);
    assertThat(weight).hasValue(2);
  }

  @Test
  void hasPlacesForSoManyOnly() {
    var views = views(2, ROOM, Duration.ZERO);
    for (var name : List.of("a", "b", "c")) loaded(views, name);
    assertThat(views.now("a")).isNull();
    assertThat(views.now("b")).isNotNull();
    assertThat(views.now("c")).isNotNull();
  }

  @Test
  void keepsWhatIsAskedForOftenWhenManyNamesAreAskedForOnce() {
    var views = views(3, 1_000, Duration.ZERO);
    for (var name : List.of("a", "b", "c")) store.store(reading(name));
    for (int turn = 0; turn < 2; turn++) {
      for (var name : List.of("a", "b", "c")) loaded(views, name);
    }
    for (int i = 0; i < 1_000; i++) {
      store.store(reading("there" + i));
      loaded(views, "there" + i);
    }
    for (var name : List.of("a", "b", "c")) assertThat(views.now(name)).isNotNull();
    assertThat(weight).hasValue(3);
  }

  @Test
  void whatHoldsNothingTakesThePlaceOfNothingElse() {
    var views = views(3, 1_000, Duration.ofHours(1));
    for (var name : List.of("a", "b")) store.store(reading(name));
    loaded(views, "a");
    for (int i = 0; i < 1_000; i++) {
      loaded(views, "nothing" + i);
      loaded(views, "nothing" + i);
    }
    assertThat(views.now("a")).isNotNull();
    assertThat(loaded(views, "b")).isNotNull();
    assertThat(views.now("b")).isNotNull();
  }

  @Test
  void keepsNothingOfWhatDoesNotExist() {
    var views = views(9, ROOM, Duration.ZERO);
    store.nothingExists();
    assertThat(loaded(views, "a")).isNotNull();
    assertThat(views.now("a")).isNull();
    assertThat(desk.isEmpty()).isTrue();
  }

  @Test
  void loadsThoseInTurnThatHaveNoPlaceTogetherOnlyOnce() {
    var views = views(new Limits(2, ROOM, 2, Duration.ZERO, Duration.ofHours(1)));
    var names = List.of("a", "b", "c", "d");
    for (int turn = 0; turn < 9; turn++) names.forEach(name -> loaded(views, name));
    assertThat(store.loads()).isEqualTo(4);
    assertThat(names.stream().filter(name -> views.now(name) != null)).containsExactly("c", "d");
  }

  @Test
  void loadsThoseInTurnThatHaveNoRoomTogetherOnlyOnce() {
    for (var name : List.of("a", "a", "a", "b", "b", "c", "c")) store.store(reading(name));
    var views = views(new Limits(9, ROOM, 2, Duration.ZERO, Duration.ofHours(1)));
    for (int turn = 0; turn < 9; turn++) {
      for (var name : List.of("a", "b", "c")) loaded(views, name);
    }
    assertThat(store.loads()).isEqualTo(3);
    assertThat(views.now("a")).isNull();
    assertThat(weight).hasValue(4);
  }

  @Test
  void loadsWhatWasTooLargeOnlyOnceAlsoWhereItsPlaceWasTaken() {
    var tooMany = new Reading[ROOM + 1];
    Arrays.setAll(tooMany, i -> reading("a"));
    store.store(tooMany);
    var views = views(new Limits(1, ROOM, 2, Duration.ZERO, Duration.ofHours(1)));
    for (int turn = 0; turn < 9; turn++) {
      assertThat(loaded(views, "a")).isNull();
      loaded(views, "b");
    }
    assertThat(store.loads()).isEqualTo(2);
  }

  @Test
  void loadsAgainAfterAFailure() {
    var failing = new boolean[] {true};
    var source =
        new ViewSource<String, KeptStore.Readings>() {
          @Override
          public List<SeriesPattern> patterns(String key) {
            return store.patterns(key);
          }

          @Override
          public Future<Loaded<KeptStore.Readings>> load(String key, long room) {
            if (failing[0]) throw new IllegalStateException("away");
            return store.load(key, room);
          }
        };
    var loop = new KeptLoop(vertx, desk, () -> whole, () -> 0, Clock.systemUTC());
    var limits = new Limits(9, ROOM, 1, Duration.ZERO, Duration.ZERO);
    var views = new KeptViews<>(loop, source, limits, weight::addAndGet);
    assertThat(views.ask("a").cause()).hasMessage("away");
    failing[0] = false;
    assertThat(loaded(views, "a")).isNotNull();
  }
}
