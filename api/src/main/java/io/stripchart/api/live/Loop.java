package io.stripchart.api.live;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stream.StoredStream;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The environment of followers of the stream on one event loop.
 *
 * @param turns run a task in a turn of its own
 * @param timers run a task after a time
 * @param nanos as {@link System#nanoTime}
 * @param held readings that wait in memory, of all subscribers
 * @param maxWaiting readings of a subscriber that wait in memory; the newest batch may exceed it
 */
record Loop(
    Executor turns,
    BiConsumer<Duration, Runnable> timers,
    StoredStream stream,
    LiveDesk desk,
    LeastTimes leastTimes,
    BatchReadings batchReadings,
    LongSupplier nanos,
    ApiMetrics metrics,
    HeldReadings held,
    int maxWaiting) {
  static final int MAX_WAITING = 1_000;

  /** The same on another context of the event loop, as that of a websocket. */
  Loop on(Context context) {
    return new Loop(
        task -> context.runOnContext(turn -> task.run()),
        (delay, task) -> timers.accept(delay, () -> context.runOnContext(turn -> task.run())),
        stream,
        desk,
        leastTimes,
        batchReadings,
        nanos,
        metrics,
        held,
        maxWaiting);
  }
}
