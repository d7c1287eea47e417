package io.stripchart.common.broker;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what any thread settled to the context that waits for it, many in one turn of its event
 * loop.
 */
final class Settled {
  private static final Logger log = LoggerFactory.getLogger(Settled.class);

  private final Context context;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  Settled(Context context) {
    this.context = context;
  }

  void add(Runnable completion) {
    waiting.add(completion);
    if (scheduled.compareAndSet(false, true)) context.runOnContext(turn -> drain());
  }

  private void drain() {
    // Before the polling, so that what is added from here on schedules a turn of its own.
    scheduled.set(false);
    for (var next = waiting.poll(); next != null; next = waiting.poll()) complete(next);
  }

  static void complete(Runnable completion) {
    try {
      completion.run();
    } catch (RuntimeException | Error e) {
      // A handler of one message's outcome; the others still want to know theirs.
      log.error("event=outcome_handler_failed", e);
    }
  }
}
