package io.stripchart.api.factories;

import io.stripchart.api.stored.BoundedMap;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The factories that were read lately, for as long as this process hears of no change of any. For
 * any thread.
 */
public final class KnownFactories {
  /** Also of ids that are none. */
  static final int MAX_FACTORIES = 10_000;

  static final int MAX_PAGES = 100;

  /**
   * What is older is read again: a process that was killed between the commit of a change and
   * telling of it has told nobody.
   */
  static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Map<Integer, Known<Factory>> factories = new BoundedMap<>(MAX_FACTORIES);
  private final Map<Page, Known<List<Factory>>> pages = new BoundedMap<>(MAX_PAGES);
  private long changes;
  private boolean hearing;

  private record Known<V>(V value, long at) {}

  private record Page(int after, int first) {}

  /**
   * @param nanos as {@link System#nanoTime}
   */
  public KnownFactories(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** One of them has changed, or may have. */
  synchronized void changed() {
    changes++;
    factories.clear();
    pages.clear();
  }

  /**
   * @param now whether changes are heard of from now on; those before may have been missed
   */
  synchronized void hearing(boolean now) {
    hearing = now;
    changed();
  }

  /**
   * @return what is known, also that there is none; else what the question is answered with
   */
  Future<Factory> find(int id, Supplier<Future<Factory>> question) {
    return find(factories, id, question);
  }

  Future<List<Factory>> page(int after, int first, Supplier<Future<List<Factory>>> question) {
    return find(pages, new Page(after, first), question);
  }

  private <K, V> Future<V> find(Map<K, Known<V>> all, K key, Supplier<Future<V>> question) {
    long before;
    synchronized (this) {
      var known = all.get(key);
      if (known != null && nanos.getAsLong() - known.at < MAX_AGE.toNanos()) {
        return Future.succeededFuture(known.value);
      }
      before = changes;
    }
    long asked = nanos.getAsLong();
    return question.get().onSuccess(value -> keep(all, key, new Known<>(value, asked), before));
  }

  /** Not where one has changed meanwhile: it may have been read before that. */
  private synchronized <K, V> void keep(Map<K, Known<V>> all, K key, Known<V> known, long before) {
    if (hearing && changes == before) all.put(key, known);
  }
}
