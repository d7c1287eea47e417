package io.stripchart.common.broker;

import io.stripchart.common.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to the broker open: opens one, and when it dies opens the next, with back-off,
 * until it is closed. Everything that may block runs on its I/O thread.
 */
final class ReconnectingConnection {
  private static final Logger log = LoggerFactory.getLogger(ReconnectingConnection.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  /** The thread of all connections for tasks that never block. */
  static final ScheduledExecutorService CLOCK = executor("stripchart broker clock");

  /** After a connection that lasted this long, back-off starts again. */
  private static final Duration STABLE = Duration.ofSeconds(10);

  /** After a connection that was opened and lost, the next attempt is made within 0.8 s. */
  private static final int MAX_FAILURES_OF_OPENED = 2;

  /** What a publisher or a consumer does with each connection. */
  interface User {
    /** On the I/O thread: makes the channel ready. An exception ends the connection. */
    void prepare(BrokerConnection connection) throws IOException;

    /** On the I/O thread: the connection is ready. */
    void opened(BrokerConnection connection);

    /** On the I/O thread, once for each connection that was opened: it is dead. */
    void died(BrokerConnection connection);
  }

  private final Connector connector;
  private final DeadLetterDeclaration deadLetters;
  private final String name;
  private final User user;
  private final ScheduledExecutorService io;
  private final List<Future<?>> repeated = new ArrayList<>();
  private volatile BrokerConnection current;
  private volatile boolean closed;
  private long openedAt;
  private int failures;
  private boolean logged;

  ReconnectingConnection(Connector connector, BrokerSettings settings, String name, User user) {
    this.connector = connector;
    this.deadLetters = new DeadLetterDeclaration(settings.deadLetters());
    this.name = name;
    this.user = user;
    this.io = executor(name + " io");
  }

  private static ScheduledExecutorService executor(String name) {
    // What comes after the end is discarded.
    var executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  void start() {
    io.execute(guarded(this::open));
  }

  /** The connection that is ready, or null; it may have died a moment ago. */
  BrokerConnection current() {
    return current;
  }

  /** The connection that is ready, or null where there is none or it has died. */
  BrokerConnection live() {
    var connection = current;
    return connection == null || connection.isDead() ? null : connection;
  }

  /**
   * Runs a task that may block, on the I/O thread; does nothing once closed.
   *
   * @return false where it is closed
   */
  synchronized boolean onIo(Runnable task) {
    if (closed) return false;
    io.execute(guarded(task));
    return true;
  }

  /** Runs later a task that may block. */
  void onIoAfter(Duration delay, Runnable task) {
    var unused = io.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs a task that may block again and again, until this is closed. */
  void onIoEvery(Duration period, Runnable task) {
    repeat(io, period, task);
  }

  /** As {@link #onIoEvery}, also while I/O blocks; the task must not block. */
  void every(Duration period, Runnable task) {
    repeat(CLOCK, period, task);
  }

  private synchronized void repeat(ScheduledExecutorService on, Duration period, Runnable task) {
    long millis = period.toMillis();
    repeated.add(on.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS));
  }

  /** Runs later a task that does not block, also after this was closed. */
  static void after(Duration delay, Runnable task) {
    var unused = CLOCK.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
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

  private void open() {
    if (closed) return;
    try {
      var connection = BrokerConnection.open(connector, name, deadLetters, this::died);
      prepare(connection);
      takeOver(connection);
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      // An Error too, like a thread that could not be started: the next attempt may succeed.
      logOnce(e);
      openLater();
    }
  }

  private void prepare(BrokerConnection connection) throws IOException, TimeoutException {
    try {
      connection.within(() -> user.prepare(connection));
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  private void takeOver(BrokerConnection connection) throws IOException {
    current = connection;
    if (closed) {
      // It was closed meanwhile, and did not know this connection.
      connection.close();
      return;
    }
    if (connection.isDead()) {
      current = null;
      throw new IOException("died while it was opened");
    }
    openedAt = System.nanoTime();
    logged = false;
    log.info("event=broker_connected connection=\"{}\"", name);
    try {
      user.opened(connection);
    } catch (RuntimeException | Error e) {
      connection.die("cannot be used: " + e);
    }
  }

  private void died(BrokerConnection connection, String reason) {
    if (closed) return;
    // On the I/O thread, so that opening and dying never overlap.
    io.execute(
        guarded(
            () -> {
              if (current != connection) return;
              current = null;
              log.warn("event=broker_lost connection=\"{}\" reason=\"{}\"", name, reason);
              boolean stable = System.nanoTime() - openedAt > STABLE.toNanos();
              failures = stable ? 0 : Math.min(failures, MAX_FAILURES_OF_OPENED);
              openLater();
              user.died(connection);
            }));
  }

  private void openLater() {
    if (closed) return;
    onIoAfter(BACKOFF.delay(failures++, ThreadLocalRandom.current()), this::open);
  }

  /** Once for each outage, not for each attempt. */
  private void logOnce(Throwable failure) {
    if (logged || closed) return;
    logged = true;
    var cause =
        failure.getCause() != null && failure.getMessage() == null ? failure.getCause() : failure;
    log.warn(
        "event=broker_away connection=\"{}\" cause=\"{}\"; trying again until it answers",
        name,
        cause.toString());
  }

  /** Ends the connection and the I/O thread, after the tasks that it was given before. */
  synchronized void close() {
    closed = true;
    var last = current;
    current = null;
    if (last != null) last.close();
    repeated.forEach(task -> task.cancel(false));
    io.shutdown();
  }
}
