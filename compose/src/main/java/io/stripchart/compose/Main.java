package io.stripchart.compose;

import io.stripchart.common.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Runs Stripchart: the roles of {@code STRIPCHART_ROLES}, on the broker and the database that the
 * settings name, or on embedded ones. With {@code load FILE} it is the {@link LoadCommand}, with
 * {@code dead} the {@link DeadCommand}.
 *
 * <p>Exits with 0 after SIGTERM or Ctrl-C if everything stopped cleanly; 1 if it cannot start, or
 * did not stop cleanly; 2 where settings or arguments cannot be used.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_SETTINGS = 2;

  /** After this time it prints what does not work, and keeps trying. */
  private static final Duration READY_LIMIT = Duration.ofSeconds(15);

  private final Pipeline pipeline;
  private final LogFormat log;
  private final AtomicInteger exitCode = new AtomicInteger();

  private Main(StripchartSettings settings) {
    this.pipeline = new Pipeline(settings);
    this.log = settings.process().log();
  }

  public static void main(String[] arguments) {
    if (arguments.length > 0) System.exit(command(arguments));
    var settings = settingsOrExit();
    var unavailable = settings.ports().unavailable();
    if (!unavailable.isEmpty()) {
      unavailable.forEach(problem -> System.err.println("stripchart: cannot start: " + problem));
      System.exit(FAILED);
    }
    new Main(settings).run();
  }

  private static int command(String[] arguments) {
    return arguments[0].equals("dead") ? DeadCommand.run(arguments) : LoadCommand.run(arguments);
  }

  private static StripchartSettings settingsOrExit() {
    try {
      return StripchartSettings.checked(System.getenv());
    } catch (SettingsException bad) {
      System.err.println(StripchartSettings.told(bad));
      System.exit(BAD_SETTINGS);
      throw bad;
    }
  }

  /** Starts, and leaves the rest to signals. */
  private void run() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
    try {
      var entrances = pipeline.start();
      if (entrances.isPresent()) tell(entrances.get(), pipeline.awaitReady(READY_LIMIT));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (StartFailedException failure) {
      System.err.println("stripchart: " + failure.getMessage());
      LoggerFactory.getLogger(Main.class).debug("event=start_failed", failure);
      exitCode.set(FAILED);
      System.exit(FAILED);
    }
  }

  private void stop() {
    if (!pipeline.stop()) exitCode.compareAndSet(0, FAILED);
    // Exits with our own code instead of the signal's, even if something is still blocked.
    Runtime.getRuntime().halt(exitCode.get());
  }

  private void tell(Map<Entrance, String> entrances, Map<String, String> problems) {
    var banner = new Banner(entrances, problems);
    LoggerFactory.getLogger(Main.class).info("event=started {}", banner.keysAndValues());
    if (log == LogFormat.TEXT) System.out.println(banner.text());
  }
}
