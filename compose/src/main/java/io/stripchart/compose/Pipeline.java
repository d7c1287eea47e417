package io.stripchart.compose;

import io.stripchart.common.operations.Health;
import io.stripchart.compose.operations.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that this process runs. Its methods wait, so never call them on an event loop. */
final class Pipeline {
  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  private static final long LOOK_MILLIS = 50;

  /** The 30 s of orchestrators, less the time of the process itself. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(28);

  private final Health health = new Health();
  private final Lifecycle lifecycle = new Lifecycle();
  private final Parts parts;

  Pipeline(StripchartSettings settings) {
    this.parts = new Parts(settings, health, new Metrics());
  }

  /**
   * Starts everything.
   *
   * @return where it can be reached; empty if {@link #stop} was called meanwhile
   * @throws StartFailedException for the part that cannot start; the others still run
   */
  Optional<Map<Entrance, String>> start() throws StartFailedException {
    health.add("start", () -> Optional.of("not all parts have started"));
    if (!lifecycle.start(parts.inOrder())) return Optional.empty();
    health.remove("start");
    return Optional.of(parts.entrances());
  }

  /**
   * Waits until everything works, at most for {@code limit}.
   *
   * @return what does not work yet, by the name of its check
   */
  Map<String, String> awaitReady(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    var problems = problems();
    while (!problems.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_MILLIS);
      problems = problems();
    }
    return problems;
  }

  private Map<String, String> problems() {
    var problems = new TreeMap<String, String>();
    health.report().forEach((name, problem) -> problem.ifPresent(why -> problems.put(name, why)));
    return problems;
  }

  /**
   * Stops everything that has started, within 28 s.
   *
   * @return whether each part stopped by itself
   */
  boolean stop() {
    log.info("event=stopping");
    health.add("stop", () -> Optional.of("is stopping"));
    boolean clean = lifecycle.stop(STOP_LIMIT);
    log.info("event=stopped_all clean={}", clean);
    return clean;
  }
}
