package io.stripchart.api.factories;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The factories that were read lately, for as long as this process hears of no change of any. For
 * any thread.
 */
public final class KnownFactories {
  static final int MAX_FACTORIES = 10_000;

  /**
   * Ids that do not exist. They have a limit of their own, because clients can request any number
   * of them.
   */
  static final int MAX_UNKNOWN = 1_000;

  /** Factories of all pages together. */
  static final int MAX_IN_PAGES = 20_000;

  /**
   * Older entries are read again: a process that was killed between the commit of a change and its
   * announcement has not announced it.
   */
  static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Map<Integer, Known<Factory>> factories =
      Caffeine.newBuilder()
          .maximumSize(MAX_FACTORIES)
          .executor(Runnable::run)
          .<Integer, Known<Factory>>build()
          .asMap();
  private final Map<Integer, Known<Factory>> unknown =
      Caffeine.newBuilder()
          .maximumSize(MAX_UNKNOWN)
          .executor(Runnable::run)
          .<Integer, Known<Factory>>build()
          .asMap();
  private final Map<Page, Known<List<Factory>>> pages =
      Caffeine.newBuilder()
          .maximumWeight(MAX_IN_PAGES)
          .weigher((Page page, Known<List<Factory>> known) -> 1 + known.value.size())
          .executor(Runnable::run)
          .<Page, Known<List<Factory>>>build()
          .asMap();
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

  /** How many are remembered of each kind together; for tests. */
  int size() {
    return factories.size() + unknown.size() + pages.size();
  }

  /** One of them has changed, or may have. */
  public synchronized void changed() {
    changes++;
    factories.clear();
    unknown.clear();
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
   * @return the cached result, also that there is none; otherwise the result of the query
   */
  Future<Factory> find(int id, Supplier<Future<Factory>> question) {
    var none = unknown.get(id);
    if (isFresh(none)) return Future.succeededFuture();
    return find(factories, id, question, absent -> unknown.put(id, absent));
  }

  Future<List<Factory>> page(int after, int first, Supplier<Future<List<Factory>>> question) {
    return find(pages, new Page(after, first), question, absent -> {});
  }

  private boolean isFresh(Known<?> known) {
    return known != null && nanos.getAsLong() - known.at < MAX_AGE.toNanos();
  }

  private <K, V> Future<V> find(
      Map<K, Known<V>> all, K key, Supplier<Future<V>> question, Consumer<Known<V>> none) {
    long before;
    synchronized (this) {
      var known = all.get(key);
      if (isFresh(known)) return Future.succeededFuture(known.value);
      before = changes;
    }
    long asked = nanos.getAsLong();
    return question
        .get()
        .onSuccess(
            value -> {
              var known = new Known<>(value, asked);
              keep(() -> put(all, key, known, none), before);
            });
  }

  private static <K, V> void put(
      Map<K, Known<V>> all, K key, Known<V> known, Consumer<Known<V>> none) {
    if (known.value == null) {
      none.accept(known);
    } else {
      all.put(key, known);
    }
  }

  /** Not if one has changed meanwhile: it may have been read before that. */
  private synchronized void keep(Runnable put, long before) {
    if (hearing && changes == before) put.run();
  }
}
