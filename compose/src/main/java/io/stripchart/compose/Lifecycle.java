package io.stripchart.compose;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts steps one after the other, and stops those that started in reverse, each although another
 * failed. Waits, so it is called from threads of its own, never from an event loop.
 */
final class Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  /**
   * One part of the whole.
   *
   * @param name as messages say it
   * @param stopLimit after which a stop is abandoned for the sake of the next
   * @param start its future fails if the part cannot start, and has cleaned up; it is not stopped
   *     then
   */
  record Step(
      String name, Duration stopLimit, Supplier<Future<?>> start, Supplier<Future<?>> stop) {}

  private final Deque<Step> started = new ConcurrentLinkedDeque<>();
  private final ReentrantLock starting = new ReentrantLock();
  private volatile boolean stopping;

  /**
   * Starts all of them.
   *
   * @return false if {@link #stop} was called meanwhile; then the rest was not started
   * @throws StartFailedException for the step that failed; parts started before it still run
   */
  boolean start(List<Step> steps) throws StartFailedException {
    starting.lock();
    try {
      for (var step : steps) {
        if (stopping) return false;
        startOne(step);
        started.push(step);
      }
      return !stopping;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      starting.unlock();
    }
  }

  private static void startOne(Step step) throws StartFailedException, InterruptedException {
    try {
      step.start().get().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException failure) {
      throw new StartFailedException(step.name(), failure.getCause());
    } catch (RuntimeException failure) {
      throw new StartFailedException(step.name(), failure);
    }
  }

  /**
   * Stops everything that was started, in reverse order. Waits first for a part that is still
   * starting, as long as the others leave time for it.
   *
   * @param limit total time limit; each part has its own limit, or the rest of this one if that is
   *     shorter
   * @return whether each part stopped in time
   */
  boolean stop(Duration limit) {
    stopping = true;
    long deadline = System.nanoTime() + limit.toNanos();
    boolean clean = awaitStart(left(deadline).minus(neededToStop()));
    for (var step = started.poll(); step != null; step = started.poll())
      clean &= stopped(step, shorter(step.stopLimit(), left(deadline)));
    return clean;
  }

  private Duration neededToStop() {
    return started.stream().map(Step::stopLimit).reduce(Duration.ZERO, Duration::plus);
  }

  /** At least a millisecond, so that each part is stopped. */
  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private boolean awaitStart(Duration limit) {
    try {
      if (!starting.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("event=start_abandoned after={}", limit);
        return false;
      }
      starting.unlock();
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean stopped(Step step, Duration limit) {
    long begun = System.nanoTime();
    try {
      var stop = step.stop().get().toCompletionStage().toCompletableFuture();
      stop.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      log.info("event=stopped part=\"{}\" millis={}", step.name(), millisSince(begun));
      return true;
    } catch (TimeoutException late) {
      log.warn("event=stop_abandoned part=\"{}\" after={}", step.name(), limit);
    } catch (ExecutionException failure) {
      log.warn("event=stop_failed part=\"{}\"", step.name(), failure.getCause());
    } catch (RuntimeException failure) {
      log.warn("event=stop_failed part=\"{}\"", step.name(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static long millisSince(long begun) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
