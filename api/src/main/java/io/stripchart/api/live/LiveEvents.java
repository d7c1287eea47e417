package io.stripchart.api.live;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Events derived from readings: a slow subscriber loses the oldest, and receives their number. */
public final class LiveEvents<E> extends Events<E> {
  private final Backlog<E> backlog = new Backlog<>();
  private final Losses losses;
  private final LongConsumer dropped;

  /**
   * @param turns run a task in a turn of its own
   * @param shown converts an event for the subscriber
   * @param dropped called for each dropped event
   */
  LiveEvents(Executor turns, Function<E, ?> shown, Losses losses, LongConsumer dropped) {
    super(turns, shown);
    this.losses = losses;
    this.dropped = dropped;
  }

  void add(List<E> events) {
    if (isClosed()) return;
    long lost = backlog.add(events);
    if (lost > 0) dropped.accept(lost);
    wake();
  }

  @Override
  E poll() {
    var event = backlog.poll();
    if (event == null) return null;
    long lost = backlog.takeMissed();
    if (lost > 0) losses.missed(lost);
    return event;
  }

  @Override
  void clear() {
    backlog.clear();
  }
}
