package io.stripchart.common.broker;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks of any thread on a context, many in one turn of its event loop. */
final class ContextExecutor {
  private static final Logger log = LoggerFactory.getLogger(ContextExecutor.class);

  private final Context context;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  ContextExecutor(Context context) {
    this.context = context;
  }

  void add(Runnable task) {
    waiting.add(task);
    if (scheduled.compareAndSet(false, true)) context.runOnContext(turn -> drain());
  }

  private void drain() {
    // Before polling, so that later additions schedule a turn of their own.
    scheduled.set(false);
    for (var next = waiting.poll(); next != null; next = waiting.poll()) run(next);
  }

  /** Runs a task; where it fails, logs it, so that the next ones still run. */
  static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("event=outcome_handler_failed", e);
    }
  }
}
