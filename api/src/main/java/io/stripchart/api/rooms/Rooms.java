package io.stripchart.api.rooms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.CacheLimits;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.kept.KeptViews;
import io.stripchart.api.kept.Limits;
import io.stripchart.api.kept.Loaded;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.api.rolling.RollingAverages;
import io.stripchart.api.stored.RoomQueries;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Rooms and buildings, derived from series names. Repeated requests are answered from memory, and
 * are as new as the last commit of which this process was notified. Belongs to one context; futures
 * fail with {@link io.stripchart.api.ApiException}.
 */
public final class Rooms {
  /** Default of averages. */
  public static final String QUANTITY = "temperature";

  /** Default of averages. */
  public static final Duration WINDOW = Duration.ofMinutes(15);

  /** Rooms or buildings of a page. */
  public static final int MAX_PAGE = 100;

  public static final int DEFAULT_PAGE = 20;

  /** That a known room takes, beside its name. */
  private static final int NAME_BYTES = 250;

  /** Rooms that do not fit are read each time, which costs as much as loading them. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** Of one event loop; each has a pattern, which costs time at each series that is stored. */
  private static final int MAX_ROOMS = 200;

  /** Of rooms, and as many of buildings. */
  private static final int MAX_PAGES = 25;

  private final RollingAverages averages;
  private final RoomViews roomSource;
  private final GroupPages pageSource;
  private final BuildingPages buildingSource;
  private final KeptViews<RoomName, RoomView> rooms;
  private final KeptViews<GroupPages.Key, GroupPage<RoomRow>> pages;
  private final KeptViews<BuildingPages.Key, GroupPage<String>> buildings;

  /** Those that exist, which they do while the database stays the same. */
  private final Cache<RoomName, Boolean> known;

  private final Context context;
  private boolean keeping;

  public Rooms(
      KeptLoop loop,
      RoomQueries queries,
      RollingAverages averages,
      ApiMetrics metrics,
      CacheLimits caches) {
    var roomLimits = new Limits(MAX_ROOMS, caches.rooms(), 4, Duration.ZERO, AGAIN);
    var pageLimits = new Limits(MAX_PAGES, caches.roomPages(), 2, Duration.ZERO, AGAIN);
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(caches.roomNames())
            .weigher((RoomName room, Boolean is) -> NAME_BYTES + room.prefix().length())
            .executor(Runnable::run)
            .build();
    this.context = loop.vertx().getOrCreateContext();
    this.averages = averages;
    this.roomSource = new RoomViews(queries);
    this.pageSource = new GroupPages(queries);
    this.buildingSource = new BuildingPages(queries);
    this.rooms = new KeptViews<>(loop, roomSource, roomLimits, metrics.roomBytes()::addAndGet);
    this.pages = new KeptViews<>(loop, pageSource, pageLimits, metrics.roomBytes()::addAndGet);
    this.buildings =
        new KeptViews<>(loop, buildingSource, pageLimits, metrics.roomBytes()::addAndGet);
  }

  /** The room; of one that does not exist, without sensors. To be read at once, as it changes. */
  public Future<RoomView> view(RoomName room) {
    return rooms
        .ask(room)
        .compose(
            view ->
                view != null
                    ? Future.succeededFuture(view)
                    : roomSource.load(List.of(room)).map(views -> views.get(0)))
        .onSuccess(view -> remember(room, view));
  }

  private void remember(RoomName room, RoomView view) {
    if (view.isKnown()) known.put(room, true);
  }

  /** The sensors of each room, in their order: those that are not in memory by one statement. */
  public Future<List<List<Sensor>>> sensors(List<RoomName> asked) {
    if (asked.size() == 1) return view(asked.get(0)).map(view -> List.of(view.sensors()));
    return each(asked, this::held, missing -> roomSource.load(missing).map(Rooms::sensorsOf));
  }

  private List<Sensor> held(RoomName room) {
    var view = rooms.now(room);
    return view == null ? null : view.sensors();
  }

  private static List<List<Sensor>> sensorsOf(List<RoomView> views) {
    return views.stream().map(RoomView::sensors).toList();
  }

  /** Cached results, and the rest by one query. */
  private static <K, V> Future<List<V>> each(
      List<K> keys, Function<K, V> held, Function<List<K>, Future<List<V>>> question) {
    var found = new ArrayList<V>(keys.size());
    var missing = new ArrayList<K>();
    for (var key : keys) {
      var value = held.apply(key);
      found.add(value);
      if (value == null) missing.add(key);
    }
    if (missing.isEmpty()) return Future.succeededFuture(found);
    return question
        .apply(missing)
        .map(
            answers -> {
              var next = answers.iterator();
              found.replaceAll(value -> value == null ? next.next() : value);
              return found;
            });
  }

  /** The database may be another one from now on. */
  public void forgetKnown() {
    known.invalidateAll();
  }

  /** Whether a series of the room exists. */
  public Future<Boolean> isKnown(RoomName room) {
    if (known.getIfPresent(room) != null) return Future.succeededFuture(true);
    return view(room).map(RoomView::isKnown);
  }

  /**
   * The average of a room that exists.
   *
   * @param quantity for which {@link RoomName#series(String)} does not throw
   * @param at when the window ends; null for now
   */
  public Future<RollingAverage> average(
      RoomName room, String quantity, Duration window, Instant at) {
    var series = room.series(quantity);
    return at == null ? averages.ask(series, window) : averages.at(series, window, at);
  }

  /**
   * A page of rooms, in the order of their series' names.
   *
   * @param building null for rooms that are in none
   * @param after rooms behind this one; "" for all
   */
  public Future<GroupPage<RoomRow>> page(String building, String after, int first) {
    var key = new GroupPages.Key(building, after, first);
    return pages
        .ask(key)
        .compose(
            page ->
                page != null
                    ? Future.succeededFuture(page)
                    : pageSource.load(key).map(Loaded::view));
  }

  /**
   * The average of each room, in their order: those that are not in memory by one statement.
   *
   * @param quantity a word of series' names
   * @param at when the window ends; null for now
   */
  public Future<List<RollingAverage>> averages(
      List<RoomRow> rows, String quantity, Duration window, Instant at) {
    return each(
        rows,
        row -> at == null ? averages.now(row.name().series(quantity), window) : null,
        missing -> ask(missing, quantity, window, at));
  }

  private Future<List<RollingAverage>> ask(
      List<RoomRow> rows, String quantity, Duration window, Instant at) {
    return averages.ofGroups(rows.stream().map(row -> row.series(quantity)).toList(), window, at);
  }

  /** The current averages of a page, which are loaded for the next request. */
  Future<List<RollingAverage>> averages(GroupPage<RoomRow> page) {
    boolean again = page.askedBefore();
    return each(
        page.rows(),
        row -> averages.now(row.name().series(QUANTITY), WINDOW),
        missing -> {
          if (again) keep(missing);
          return ask(missing, QUANTITY, WINDOW, null);
        });
  }

  private void keep(List<RoomRow> rows) {
    if (keeping) return;
    keeping = true;
    keep(rows.iterator());
  }

  /** One after the other, as each may take all the room that is left. */
  private void keep(Iterator<RoomRow> rows) {
    if (!rows.hasNext()) {
      keeping = false;
      return;
    }
    averages
        .keep(rows.next().name().series(QUANTITY), WINDOW)
        .onComplete(kept -> context.runOnContext(turn -> keep(rows)));
  }

  /**
   * A page of buildings, in the order of their series' names.
   *
   * @param after buildings behind this one; "" for all
   */
  Future<GroupPage<String>> buildings(String after, int first) {
    var key = new BuildingPages.Key(after, first);
    return buildings
        .ask(key)
        .compose(
            page ->
                page != null
                    ? Future.succeededFuture(page)
                    : buildingSource.load(key).map(Loaded::view));
  }

  /** Stops eviction. The cache must not be used afterwards. */
  public void close() {
    rooms.close();
    pages.close();
    buildings.close();
  }
}
