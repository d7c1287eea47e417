package io.stripchart.api.kept;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.api.ApiException;
import io.stripchart.api.stored.BoundedMap;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * The cached views of one kind on an event loop: the most recently requested ones that fit. A new
 * view does not replace one that was requested more often in the last minute, and a subject that
 * does not exist is not cached, so a client that requests many names once does not evict the views
 * of others. A view is as new as the last commit of which this process was notified. There is none,
 * and the database must be asked, while this process may have missed a batch, if the view is too
 * large, or if there is no room. Belongs to one context.
 */
public final class KeptViews<K, V extends View> {
  /** Interval at which unused views are evicted. */
  public static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  /** The same for entries without a view, which take a place nevertheless. */
  public static final Duration MAX_EMPTY_SILENCE = Duration.ofMinutes(1);

  /** Of those that are not to be loaded yet. */
  private static final int MAX_REMEMBERED = 1_000;

  private static final int ASKS_OF_A_PLACE = 4;

  private static final long MAX_COUNTED = 10_000;

  /** Number of least recently requested views examined for one that can be evicted. */
  private static final int MAX_LOOKED_AT = 256;

  /** More often than that counts as that. */
  private static final int MAX_ASKS = 15;

  private static final Duration LOOK = Duration.ofMinutes(1);

  private final KeptLoop loop;
  private final ViewSource<K, V> source;
  private final Limits limits;
  private final LongConsumer weighed;
  private final Room room = new Room();

  /** Least recently requested first. */
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** For views no longer cached: when they may be loaded again, in milliseconds since 1970. */
  private final Map<K, Long> notBefore = new BoundedMap<>(MAX_REMEMBERED);

  /** How often each key was requested; forgotten after a minute without requests. */
  private final Cache<K, int[]> asks;

  private final long timer;

  /**
   * @param weighed receives each change of the total weight
   */
  public KeptViews(KeptLoop loop, ViewSource<K, V> source, Limits limits, LongConsumer weighed) {
    this.loop = loop;
    this.source = source;
    this.limits = limits;
    this.weighed = weighed;
    this.asks =
        Caffeine.newBuilder()
            .maximumSize(Math.min(MAX_COUNTED, ASKS_OF_A_PLACE * (long) limits.maxViews()))
            .expireAfterAccess(MAX_EMPTY_SILENCE)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(now()))
            .executor(Runnable::run)
            .build();
    this.timer = loop.vertx().setPeriodic(LOOK.toMillis(), look -> forgetSilent());
  }

  /**
   * The view, loaded if that has to be.
   *
   * @return of null if the database is to be asked instead; the view is to be read at once, as it
   *     changes. Fails with {@link ApiException}
   */
  public Future<V> ask(K key) {
    // First, because events in between may evict others.
    boolean whole = loop.whole().getAsBoolean();
    var one = touch(key);
    if (one == null && (whole || hasPlace())) one = keep(key);
    // The state is of the past then; batches that it misses are announced, or reported as unknown.
    return one == null || !whole ? Future.succeededFuture() : one.ask();
  }

  /** The same if it is there already; else null, and nothing is loaded. */
  public V now(K key) {
    var one = touch(key);
    return one != null && loop.whole().getAsBoolean() ? one.now() : null;
  }

  private long now() {
    return loop.clock().millis();
  }

  private boolean hasPlace() {
    return kept.size() < limits.maxViews();
  }

  private int asks(K key) {
    var count = asks.getIfPresent(key);
    return count == null ? 0 : count[0];
  }

  private Kept<V> touch(K key) {
    var count = asks.get(key, absent -> new int[1]);
    count[0] = Math.min(count[0] + 1, MAX_ASKS);
    var one = kept.get(key);
    if (one != null) one.asked(now());
    return one;
  }

  /**
   * Null if there is no place. One that takes another's place does so when it is loaded, and it is
   * known that it holds something.
   */
  private Kept<V> keep(K key) {
    long earliest = notBefore.getOrDefault(key, Long.MIN_VALUE);
    boolean mayTakeAPlace =
        earliest <= now() && room.loading < limits.maxLoading() && yielding(key, false) != null;
    // A view that may not be loaded yet evicts none.
    if (!hasPlace() && !mayTakeAPlace) return null;
    var one =
        new Kept<V>(
            room,
            most -> source.load(key, most),
            limits.again().toMillis(),
            earliest,
            () -> settled(key));
    try {
      listen(one, source.patterns(key));
    } catch (ApiException tooManyPatterns) {
      return null;
    }
    one.asked(now());
    kept.put(key, one);
    return one;
  }

  private void listen(Kept<V> one, List<SeriesPattern> patterns) {
    var added = new ArrayList<SeriesPattern>();
    try {
      for (var pattern : patterns) {
        loop.desk().add(pattern, one);
        added.add(pattern);
      }
    } catch (ApiException e) {
      added.forEach(pattern -> loop.desk().remove(pattern, one));
      throw e;
    }
  }

  /** It was loaded, or could not be. */
  private void settled(K key) {
    var one = kept.get(key);
    if (one == null) return;
    if (one.isOfNothing()) {
      forget(key, one);
    } else if (kept.size() > limits.maxViews()) {
      var other = one.isEmpty() ? null : yielding(key, one.isBlank());
      if (other == null) {
        forget(key, one);
      } else {
        makeWay(other, kept.get(other));
      }
    }
  }

  /**
   * The entry to evict: one without readings, otherwise the least recently requested one.
   *
   * @param forNothing whether the new view is empty; then views with readings stay
   * @return null if there is none
   */
  private K yielding(K key, boolean forNothing) {
    K oldest = null;
    int looked = 0;
    for (var entry : kept.entrySet()) {
      if (++looked > MAX_LOOKED_AT) break;
      var one = entry.getValue();
      if (entry.getKey().equals(key) || one.isLoading()) continue;
      if (one.isBlank()) return entry.getKey();
      boolean stays = isSpared(one) || (forNothing && one.held() > 0) || isMoreAsked(entry, key);
      if (oldest == null && !stays) oldest = entry.getKey();
    }
    return oldest;
  }

  private boolean isMoreAsked(Map.Entry<K, Kept<V>> one, K than) {
    return asks(one.getKey()) > asks(than);
  }

  private boolean isSpared(Kept<?> one) {
    return one.isLoading() || now() - one.asked() < limits.spared().toMillis();
  }

  private void makeWay(K key, Kept<V> one) {
    boolean held = !one.isEmpty();
    forget(key, one);
    if (held) notBefore.put(key, now() + limits.again().toMillis());
  }

  private void forget(K key, Kept<V> one) {
    kept.remove(key);
    letGo(key, one);
  }

  /** Forgets one that has to make room for another. */
  private void makeWay(Iterator<?> entries, Map.Entry<K, Kept<V>> entry) {
    boolean held = !entry.getValue().isEmpty();
    forget(entries, entry);
    if (held) notBefore.put(entry.getKey(), now() + limits.again().toMillis());
  }

  private void forget(Iterator<?> entries, Map.Entry<K, Kept<V>> entry) {
    entries.remove();
    letGo(entry.getKey(), entry.getValue());
  }

  private void letGo(K key, Kept<V> one) {
    if (one.notBefore() > now()) notBefore.put(key, one.notBefore());
    source.patterns(key).forEach(pattern -> loop.desk().remove(pattern, one));
    one.letGo();
  }

  /** Evicts unused views. */
  public void forgetSilent() {
    long now = now();
    var entries = kept.entrySet().iterator();
    while (entries.hasNext()) {
      var entry = entries.next();
      var one = entry.getValue();
      var silence = one.isEmpty() ? MAX_EMPTY_SILENCE : MAX_SILENCE;
      if (one.isLoading() || one.asked() >= now - silence.toMillis()) continue;
      forget(entries, entry);
    }
  }

  /** Stops eviction. The cache must not be used afterwards. */
  public void close() {
    loop.vertx().cancelTimer(timer);
  }

  private final class Room implements Kept.Room {
    private long weight;
    private int loading;

    @Override
    public long of(Kept<?> one) {
      long left = limits.maxWeight() - weight;
      var key = keyOf(one);
      for (var other : kept.entrySet()) {
        if (other.getValue() != one && yields(other, key)) left += other.getValue().held();
      }
      return left;
    }

    @Override
    public void hold(long change) {
      if (change == 0) return;
      weight += change;
      weighed.accept(change);
    }

    @Override
    public boolean make(Kept<?> one) {
      if (weight <= limits.maxWeight()) return true;
      var key = keyOf(one);
      makeWay(entry -> entry.getValue() != one && yields(entry, key));
      // One that has grown may take the room of all others.
      makeWay(entry -> entry.getValue() != one && !isSpared(entry.getValue()));
      return weight <= limits.maxWeight();
    }

    private void makeWay(Predicate<Map.Entry<K, Kept<V>>> other) {
      var entries = kept.entrySet().iterator();
      while (weight > limits.maxWeight() && entries.hasNext()) {
        var entry = entries.next();
        if (other.test(entry)) KeptViews.this.makeWay(entries, entry);
      }
    }

    private boolean yields(Map.Entry<K, Kept<V>> other, K key) {
      return !isSpared(other.getValue()) && !isMoreAsked(other, key);
    }

    private K keyOf(Kept<?> one) {
      for (var entry : kept.entrySet()) {
        if (entry.getValue() == one) return entry.getKey();
      }
      return null;
    }

    @Override
    public boolean load() {
      if (loading >= limits.maxLoading()) return false;
      loading++;
      return true;
    }

    @Override
    public void loaded() {
      loading--;
    }
  }
}
