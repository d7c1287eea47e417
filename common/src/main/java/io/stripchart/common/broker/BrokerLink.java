package io.stripchart.common.broker;

import io.stripchart.common.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one generation alive: opens it, and when it dies opens the next, with back-off, for ever.
 * Owns an I/O thread, on which everything that may block runs, and a clock thread, on which nothing
 * does.
 */
final class BrokerLink {
  private static final Logger log = LoggerFactory.getLogger(BrokerLink.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  /** A connection that lasted this long was a sound one, so that the next failure is the first. */
  private static final Duration SOUND = Duration.ofSeconds(10);

  /**
   * A broker that lets us in and throws us out is tried again within 0.8 s, not as one that is
   * away.
   */
  private static final int MAX_FAILURES_OF_OPENED = 2;

  /** What a publisher or a consumer does with each generation. */
  interface User {
    /**
     * On the I/O thread: makes the channel ready. An exception means that this generation will not
     * do.
     */
    void prepare(Generation generation) throws IOException;

    /** On the I/O thread: the generation is ready. */
    void opened(Generation generation);

    /** On the I/O thread, once for each that was opened: it is dead. */
    void died(Generation generation);
  }

  private final Connections connections;
  private final String name;
  private final User user;
  private final BrokerThreads threads;
  private volatile Generation current;
  private volatile boolean closed;
  private long openedAt;
  private int failures;
  private boolean told;

  BrokerLink(BrokerSettings settings, String name, User user) {
    this.connections = new Connections(settings);
    this.name = name;
    this.user = user;
    this.threads = new BrokerThreads(name);
  }

  void start() {
    threads.onIo(this::open);
  }

  /** The generation that is ready, or null; it may have died a moment ago. */
  Generation current() {
    return current;
  }

  /**
   * Runs what may block, on the I/O thread; does nothing once closed.
   *
   * @return false where it is closed
   */
  synchronized boolean onIo(Runnable task) {
    if (closed) return false;
    threads.onIo(task);
    return true;
  }

  BrokerThreads threads() {
    return threads;
  }

  private void open() {
    if (closed) return;
    try {
      var generation = Generation.open(connections, name, threads, this::died);
      prepare(generation);
      takeOver(generation);
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      // An Error too, such as no thread to be had: whatever it is, the next attempt may do better.
      tellOnce(e);
      again();
    }
  }

  private void takeOver(Generation generation) throws IOException {
    current = generation;
    if (closed) {
      // While this was being opened: nobody else knows of it.
      generation.close();
      return;
    }
    if (generation.isDead()) {
      current = null;
      throw new IOException("died while it was opened");
    }
    openedAt = System.nanoTime();
    told = false;
    log.info("event=broker_connected connection=\"{}\"", name);
    try {
      user.opened(generation);
    } catch (RuntimeException | Error e) {
      generation.die("cannot be used: " + e);
    }
  }

  private void prepare(Generation generation) throws IOException {
    try {
      user.prepare(generation);
    } catch (IOException | RuntimeException | Error e) {
      generation.close();
      throw e;
    }
  }

  private void died(Generation generation, String reason) {
    if (closed) return;
    // On the I/O thread, so that opening and dying never cross.
    threads.onIo(
        () -> {
          if (current != generation) return;
          current = null;
          log.warn("event=broker_lost connection=\"{}\" reason=\"{}\"", name, reason);
          boolean sound = System.nanoTime() - openedAt > SOUND.toNanos();
          failures = sound ? 0 : Math.min(failures, MAX_FAILURES_OF_OPENED);
          again();
          user.died(generation);
        });
  }

  private void again() {
    if (closed) return;
    var delay = BACKOFF.delay(failures++, ThreadLocalRandom.current());
    threads.onIoAfter(delay, this::open);
  }

  /** Once an outage, not at every attempt. */
  private void tellOnce(Throwable failure) {
    if (told || closed) return;
    told = true;
    var cause =
        failure.getCause() != null && failure.getMessage() == null ? failure.getCause() : failure;
    log.warn(
        "event=broker_away connection=\"{}\" cause=\"{}\"; trying again until it answers",
        name,
        cause.toString());
  }

  /** Ends the generation and the threads, after what the I/O thread was given before. */
  synchronized void close() {
    closed = true;
    var last = current;
    current = null;
    if (last != null) last.close();
    threads.close();
  }
}
