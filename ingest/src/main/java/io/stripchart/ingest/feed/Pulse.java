package io.stripchart.ingest.feed;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Watches whether a connection is useful: it is given up if it is not accepted in time, or if it
 * gives no reading for the idle time, however alive it is otherwise. Sends a ping after half of the
 * idle time without any frame, which keeps proxies from closing it.
 *
 * <p>Time does not count while the socket is not read, nor while this process stood still, as a
 * stopped virtual machine does: frames that arrived meanwhile are read first.
 */
final class Pulse {
  /** Actions on the connection. */
  interface Handler {
    void ping();

    /** Give up the connection. */
    void overdue(String why);
  }

  private static final int LOOKS = 8;

  /** A check later than this, or than two periods, means that the process stood still. */
  private static final long LATE_NANOS = Duration.ofMillis(100).toNanos();

  private final Vertx vertx;
  private final Duration idle;
  private final Duration acceptPatience;
  private final Handler handler;
  private final LongSupplier nanoTime;
  private final long idleNanos;
  private final long period;
  private long timer = -1;
  private long lastLook;
  private long lastFrame;
  private long lastReading;
  private long heard;
  private boolean accepted;
  private boolean pinged;
  private boolean paused;

  /**
   * @param acceptPatience how long a connection_ack may take, while there is reading; no longer
   *     than the idle time
   * @param nanoTime as {@link System#nanoTime}
   */
  Pulse(
      Vertx vertx, Duration idle, Duration acceptPatience, Handler handler, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.idle = idle;
    this.acceptPatience = idle.compareTo(acceptPatience) < 0 ? idle : acceptPatience;
    this.handler = handler;
    this.nanoTime = nanoTime;
    this.idleNanos = idle.toNanos();
    this.period = Math.max(1, this.acceptPatience.toMillis() / LOOKS);
  }

  /** Begins to wait until it is accepted. */
  void start() {
    heard = nanoTime.getAsLong();
    lastLook = heard;
    lastFrame = heard;
    lastReading = heard;
    timer = vertx.setPeriodic(period, look -> look());
  }

  /** From now on readings are awaited. */
  void accepted() {
    accepted = true;
    lastReading = nanoTime.getAsLong();
  }

  void frame() {
    heard = nanoTime.getAsLong();
    lastFrame = heard;
    pinged = false;
  }

  /** The frame held a reading. */
  void reading() {
    lastReading = heard;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    if (paused) {
      lastFrame = nanoTime.getAsLong();
      lastReading = lastFrame;
    }
    paused = false;
  }

  void stop() {
    if (timer >= 0) vertx.cancelTimer(timer);
    timer = -1;
  }

  /** When the other side was last heard of. */
  Instant lastHeard() {
    return Instant.now().minusNanos(nanoTime.getAsLong() - heard);
  }

  void look() {
    long now = nanoTime.getAsLong();
    long since = now - lastLook;
    lastLook = now;
    if (paused) return;
    if (since > Math.max(2 * Duration.ofMillis(period).toNanos(), LATE_NANOS)) {
      lastFrame += since;
      lastReading += since;
      return;
    }
    long silent = now - lastReading;
    if (!accepted) {
      if (silent >= acceptPatience.toNanos()) {
        handler.overdue("no connection_ack within " + acceptPatience);
      }
    } else if (silent >= idleNanos) {
      handler.overdue("no reading for " + idle);
    } else if (!pinged && now - lastFrame >= idleNanos / 2) {
      pinged = true;
      handler.ping();
    }
  }
}
