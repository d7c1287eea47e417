package io.stripchart.ingest.feed;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Watches whether the other side lives: asks for a sign of life after half of the idle time without
 * any, and gives up after all of it. Does not watch while nothing is read.
 */
final class Pulse {
  private static final int LOOKS = 8;

  private final Vertx vertx;
  private final Duration idle;
  private final Duration acceptPatience;
  private final Runnable ping;
  private final Consumer<String> dead;
  private long timer = -1;
  private long started;
  private long lastBeat = System.nanoTime();
  private boolean awaitsAcceptance;
  private boolean pinged;
  private boolean paused;

  /**
   * @param acceptPatience how long a connection_ack may take, while there is reading
   */
  Pulse(Vertx vertx, Duration idle, Duration acceptPatience, Runnable ping, Consumer<String> dead) {
    this.vertx = vertx;
    this.idle = idle;
    this.acceptPatience = acceptPatience;
    this.ping = ping;
    this.dead = dead;
  }

  void start(boolean untilAccepted) {
    started = System.nanoTime();
    awaitsAcceptance = untilAccepted;
    beat();
    long shortest = Math.min(idle.toMillis(), acceptPatience.toMillis());
    timer = vertx.setPeriodic(Math.max(1, shortest / LOOKS), look -> look());
  }

  void beat() {
    lastBeat = System.nanoTime();
    pinged = false;
  }

  void accepted() {
    awaitsAcceptance = false;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    // From now on: whatever came meanwhile was not read.
    if (paused) {
      beat();
      started = lastBeat;
    }
    paused = false;
  }

  void stop() {
    if (timer >= 0) vertx.cancelTimer(timer);
    timer = -1;
  }

  /** When the other side was last heard of. */
  Instant lastBeat() {
    return Instant.now().minusNanos(System.nanoTime() - lastBeat);
  }

  private void look() {
    if (paused) return;
    long now = System.nanoTime();
    long silent = now - lastBeat;
    if (silent >= idle.toNanos()) {
      dead.accept("no frame for " + idle);
    } else if (awaitsAcceptance && now - started >= acceptPatience.toNanos()) {
      dead.accept("no connection_ack within " + acceptPatience);
    } else if (!pinged && silent >= idle.toNanos() / 2) {
      pinged = true;
      ping.run();
    }
  }
}
