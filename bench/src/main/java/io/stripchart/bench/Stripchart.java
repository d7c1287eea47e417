package io.stripchart.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The measured processes: ingest, persist and api, and more of each on request. */
final class Stripchart implements AutoCloseable {
  private static final String PERSIST = "persist";
  private static final String API = "api";
  private static final String INGEST = "ingest";

  /** The first one of a role by the role's name. */
  private final Map<String, Worker> workers = new LinkedHashMap<>();

  private final Ground ground;
  private final Options options;
  private long storedByEnded;

  /**
   * @param feeds value of STRIPCHART_FEEDS
   */
  Stripchart(Ground ground, Options options, String feeds) throws IOException {
    this.ground = ground;
    this.options = options;
    try {
      start(PERSIST, PERSIST, Map.of());
      start(API, API, Map.of());
      start(INGEST, INGEST, Map.of("STRIPCHART_FEEDS", feeds));
      for (var worker : workers.values()) worker.awaitReady();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Worker start(String name, String role, Map<String, String> settings) throws IOException {
    var worker = new Worker(name, role, ground, options, settings);
    workers.put(name, worker);
    return worker;
  }

  /** Starts another process of a role, and returns when it is ready. */
  Worker startAnother(String role, Map<String, String> settings) {
    int number = 2;
    while (workers.containsKey(role + "-" + number)) number++;
    try {
      var worker = start(role + "-" + number, role, settings);
      worker.awaitReady();
      return worker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another persist process, whose rollup worker runs every second instead of every minute. */
  Worker startEager() {
    return startAnother(PERSIST, Map.of("STRIPCHART_ROLLUP_INTERVAL", "PT1S"));
  }

  /** Ends an additional process; no reading may be on its way. */
  void end(Worker worker) {
    storedByEnded += worker.stored();
    worker.close();
    workers.values().remove(worker);
  }

  int apiPort() {
    return workers.get(API).port();
  }

  int ingestPort() {
    return workers.get(INGEST).port();
  }

  /** Those that run, by their names: their role, or with a number behind it. */
  Map<String, Worker> workers() {
    return Collections.unmodifiableMap(workers);
  }

  /** Readings committed since its start, as its persist processes count them. */
  long stored() {
    return storedByEnded
        + workers.entrySet().stream()
            .filter(worker -> worker.getKey().startsWith(PERSIST))
            .mapToLong(worker -> worker.getValue().stored())
            .sum();
  }

  /** Pushes so many readings, as JSON, and waits until they are stored. */
  void push(String series, int count, String json) {
    long before = stored();
    Http.post(ingestPort(), "/readings/" + series, json);
    awaitStored(before + count);
  }

  /** Waits until so many are stored, for a minute at most. */
  long awaitStored(long count) {
    long end = System.nanoTime() + 60_000_000_000L;
    long stored = stored();
    while (stored < count && System.nanoTime() < end) {
      Load.pause(0.2);
      stored = stored();
    }
    return stored;
  }

  /** Waits until no more is stored. */
  void awaitSettled() {
    for (long last = -1, now = stored(); now != last; now = stored()) {
      last = now;
      Load.pause(0.5);
    }
  }

  /** Readings a second that are committed during so many seconds from now. */
  double storedRate(double seconds) {
    long begun = System.nanoTime();
    long before = stored();
    Load.pause(seconds);
    long after = stored();
    return (after - before) / ((System.nanoTime() - begun) / 1e9);
  }

  @Override
  public void close() {
    var started = new ArrayList<>(workers.values());
    Collections.reverse(started);
    started.forEach(Worker::close);
  }
}
