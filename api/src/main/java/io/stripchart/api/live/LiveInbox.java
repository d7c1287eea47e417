package io.stripchart.api.live;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * What was stored and has not come to a desk yet: the way from the listener's thread to that of the
 * desk. Holds a limited number of readings; of what comes beyond, only the numbers are kept.
 */
final class LiveInbox {
  static final int MAX_READINGS = 100_000;

  /** Beyond so many series that readings were dropped of, it is a gap for all. */
  static final int MAX_DROPPED_SERIES = 10_000;

  private final Context context;
  private final LiveDesk desk;
  private final Queue<List<Reading>> batches = new ArrayDeque<>();
  private int held;
  private Map<String, Long> dropped = new HashMap<>();
  private boolean gap;
  private boolean scheduled;

  LiveInbox(Context context, LiveDesk desk) {
    this.context = context;
    this.desk = desk;
  }

  /** From any thread. */
  synchronized void add(List<Reading> readings) {
    if (held + readings.size() > MAX_READINGS) {
      for (var reading : readings) drop(reading.series());
    } else {
      batches.add(readings);
      held += readings.size();
    }
    schedule();
  }

  private void drop(String series) {
    if (dropped.size() < MAX_DROPPED_SERIES || dropped.containsKey(series)) {
      dropped.merge(series, 1L, Long::sum);
    } else {
      gap = true;
    }
  }

  /** Readings may have been missed. From any thread. */
  synchronized void addGap() {
    gap = true;
    schedule();
  }

  private void schedule() {
    if (scheduled) return;
    scheduled = true;
    context.runOnContext(turn -> deliver());
  }

  /** A batch a turn, so that what it leads to has its turn too. */
  private void deliver() {
    List<Reading> batch;
    Map<String, Long> missed = Map.of();
    boolean hasGap;
    synchronized (this) {
      scheduled = false;
      batch = batches.poll();
      if (batch != null) held -= batch.size();
      if (batches.isEmpty()) {
        missed = dropped;
        dropped = new HashMap<>();
      } else {
        schedule();
      }
      hasGap = gap;
      gap = false;
    }
    if (batch != null) desk.deliver(batch);
    if (!missed.isEmpty()) desk.missed(missed);
    if (hasGap) desk.gap();
  }
}
