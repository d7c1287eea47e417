package io.stripchart.common.broker;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a link: one for everything that may block, and one on which nothing does. A task
 * that fails is logged and takes none of them down. What comes after the end is for nobody.
 */
final class BrokerThreads {
  private static final Logger log = LoggerFactory.getLogger(BrokerThreads.class);

  private final ScheduledExecutorService io;
  private final ScheduledExecutorService clock;

  BrokerThreads(String name) {
    this.io = scheduled(name + " io");
    this.clock = scheduled(name + " clock");
  }

  private static ScheduledExecutorService scheduled(String name) {
    return new ScheduledThreadPoolExecutor(1, daemon(name), new ThreadPoolExecutor.DiscardPolicy());
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      var thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  ScheduledExecutorService clock() {
    return clock;
  }

  /** Runs what may block. */
  void onIo(Runnable task) {
    io.execute(guarded(task));
  }

  /** Runs later what may block. */
  void onIoAfter(Duration delay, Runnable task) {
    var unused = io.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks every so often whether all is well; may block. */
  void onIoEvery(Duration period, Runnable look) {
    repeated(io, period, look);
  }

  /** As {@link #onIoEvery}, but in time also while I/O blocks; must not block. */
  void every(Duration period, Runnable look) {
    repeated(clock, period, look);
  }

  /** Runs later what does not block. */
  void after(Duration delay, Runnable task) {
    var unused = clock.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void repeated(ScheduledExecutorService thread, Duration period, Runnable look) {
    long millis = period.toMillis();
    var unused =
        thread.scheduleWithFixedDelay(guarded(look), millis, millis, TimeUnit.MILLISECONDS);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("event=broker_task_failed", e);
      }
    };
  }

  /** Ends them, after what the I/O thread was given before. */
  void close() {
    io.shutdown();
    // What the clock was given still runs: it has to close the socket.
    clock.shutdown();
  }
}
