package io.stripchart.api.live;

import static java.util.Comparator.comparingLong;

import io.stripchart.api.stream.Batch;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Counts the readings that the subscribers of an event loop hold in memory until they can be sent.
 * A batch counts once, however many subscribers hold it. Above the limit, the subscription ends
 * that has held readings for the longest time. Belongs to one context.
 */
final class HeldReadings {
  /** More than the stream holds, so that subscribers who keep up are never affected. */
  static final int MAX = 200_000;

  private final int max;
  private final Supplier<Collection<Following>> subscriptions;
  private final Map<Long, Source> batches = new HashMap<>();
  private Object lastSource;
  private Source last;
  private long sources;
  private long total;

  /** A batch or a page, of which some readings are held. */
  static final class Source {
    private final long number;
    private final Long position;
    private int holders;
    private int readings;

    private Source(long number, Long position) {
      this.number = number;
      this.position = position;
    }

    /** Increases with the time at which it was first held. */
    long number() {
      return number;
    }
  }

  /**
   * @param subscriptions of the event loop
   */
  HeldReadings(int max, Supplier<Collection<Following>> subscriptions) {
    this.max = max;
    this.subscriptions = subscriptions;
  }

  /**
   * @param origin a batch, or a page of the database
   * @param readings of it that one more subscriber holds, until {@link #release}
   */
  @SuppressWarnings("ReferenceEquality") // One batch is delivered to all subscribers in a row.
  Source hold(Object origin, int readings) {
    if (origin != lastSource) {
      last = source(origin);
      lastSource = origin;
    }
    last.holders++;
    if (readings > last.readings) {
      total += readings - last.readings;
      last.readings = readings;
    }
    return last;
  }

  private Source source(Object origin) {
    return origin instanceof Batch batch
        ? batches.computeIfAbsent(batch.position(), position -> new Source(sources++, position))
        : new Source(sources++, null);
  }

  void release(Source source) {
    if (--source.holders > 0) return;
    total -= source.readings;
    source.readings = 0;
    if (source.position != null) batches.remove(source.position);
    if (source == last) lastSource = null;
  }

  /** Ends the slowest subscriptions where too much is held. */
  void makeRoom() {
    while (total > max) {
      var slowest = Collections.min(subscriptions.get(), comparingLong(Following::oldestHeld));
      slowest.endAsTooSlow();
    }
  }

  /** For tests. */
  long total() {
    return total;
  }
}
