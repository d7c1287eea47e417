package io.stripchart.api.kept;

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
import java.util.function.LongConsumer;

/**
 * The views of one kind that an event loop keeps: those asked for most recently, as many as have
 * room. Whoever asks is given a view that is as new as the last commit that this process was told
 * of; or none, and then the database is to be asked: while this process may have missed something,
 * where the view is too large, and where there is no place for it. Belongs to one context.
 */
public final class KeptViews<K, V extends View> {
  /** Then what nobody asked for is forgotten. */
  public static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  /** The same of what holds no view; it has a place that another could have. */
  public static final Duration MAX_EMPTY_SILENCE = Duration.ofMinutes(1);

  /** Of those that are not to be loaded yet. */
  private static final int MAX_REMEMBERED = 1_000;

  private static final Duration LOOK = Duration.ofMinutes(1);

  private final KeptLoop loop;
  private final ViewSource<K, V> source;
  private final Limits limits;
  private final LongConsumer weighed;
  private final Room room = new Room();

  /** Least recently asked for first. */
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** Of what is kept no more: when it may be loaded again, in milliseconds of the epoch. */
  private final Map<K, Long> notBefore = new BoundedMap<>(MAX_REMEMBERED);

  private final long timer;

  /**
   * @param weighed is told of each change of what all views weigh together
   */
  public KeptViews(KeptLoop loop, ViewSource<K, V> source, Limits limits, LongConsumer weighed) {
    this.loop = loop;
    this.source = source;
    this.limits = limits;
    this.weighed = weighed;
    this.timer = loop.vertx().setPeriodic(LOOK.toMillis(), look -> forgetSilent());
  }

  /**
   * The view, loaded where that has to be.
   *
   * @return of null where the database is to be asked instead; the view is to be read at once, as
   *     it changes. Fails with {@link ApiException}
   */
  public Future<V> ask(K key) {
    // First of all, as what is told meanwhile may have others let go of.
    boolean whole = loop.whole().getAsBoolean();
    var one = touch(key);
    if (one == null) one = keep(key);
    // What is held is of the past then; what it misses it hears of, or that nobody knows what.
    return one == null || !whole ? Future.succeededFuture() : one.ask();
  }

  /** The same where it is there already; else null, and nothing is loaded. */
  public V now(K key) {
    var one = touch(key);
    return one != null && loop.whole().getAsBoolean() ? one.now() : null;
  }

  private long now() {
    return loop.clock().millis();
  }

  private Kept<V> touch(K key) {
    var one = kept.get(key);
    if (one != null) one.asked(now());
    return one;
  }

  /** Null where there is no place. */
  private Kept<V> keep(K key) {
    long earliest = notBefore.getOrDefault(key, Long.MIN_VALUE);
    // What may not be loaded yet takes nobody's place.
    if (kept.size() >= limits.maxViews() && (earliest > now() || !letGoOfOldest())) return null;
    var one =
        new Kept<V>(room, most -> source.load(key, most), limits.again().toMillis(), earliest);
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

  private boolean letGoOfOldest() {
    var entries = kept.entrySet().iterator();
    while (entries.hasNext()) {
      var entry = entries.next();
      if (isSpared(entry.getValue())) continue;
      makeWay(entries, entry);
      return true;
    }
    return false;
  }

  private boolean isSpared(Kept<?> one) {
    return one.isLoading() || now() - one.asked() < limits.spared().toMillis();
  }

  /** Forgets one that has to make room for another. */
  private void makeWay(Iterator<?> entries, Map.Entry<K, Kept<V>> entry) {
    boolean held = !entry.getValue().isEmpty();
    forget(entries, entry);
    if (held) notBefore.put(entry.getKey(), now() + limits.again().toMillis());
  }

  private void forget(Iterator<?> entries, Map.Entry<K, Kept<V>> entry) {
    var one = entry.getValue();
    if (one.notBefore() > now()) notBefore.put(entry.getKey(), one.notBefore());
    source.patterns(entry.getKey()).forEach(pattern -> loop.desk().remove(pattern, one));
    one.letGo();
    entries.remove();
  }

  /** Forgets what nobody has asked for. */
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

  /** Forgets nothing any more, so it is of no use. */
  public void close() {
    loop.vertx().cancelTimer(timer);
  }

  private final class Room implements Kept.Room {
    private long weight;
    private int loading;

    @Override
    public long of(Kept<?> one) {
      long left = limits.maxWeight() - weight;
      for (var other : kept.values()) {
        if (other != one && !isSpared(other)) left += other.held();
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
      var entries = kept.entrySet().iterator();
      while (weight > limits.maxWeight() && entries.hasNext()) {
        var entry = entries.next();
        if (entry.getValue() != one && !isSpared(entry.getValue())) makeWay(entries, entry);
      }
      return weight <= limits.maxWeight();
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
