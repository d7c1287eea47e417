package io.stripchart.compose;

import io.stripchart.common.operations.Health;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.settings.SettingsException;
import io.stripchart.compose.load.Console;
import io.stripchart.compose.load.FactoryLoad;
import io.stripchart.compose.load.NoFactoriesException;
import io.stripchart.compose.load.UnfinishedException;
import io.stripchart.compose.operations.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * {@code load FILE}: loads factories' production from the JSON file that it comes in, where {@code
 * -} is standard input, and returns when it is stored. Its report goes to standard output, all else
 * to standard error.
 *
 * <p>It works with the broker and the database of the settings; else with the embedded ones that a
 * Stripchart runs on {@code STRIPCHART_DATA}; else it starts them, and persist, for as long as it
 * takes.
 */
final class LoadCommand {
  /** All of it is stored. */
  static final int LOADED = 0;

  /** Everything except refused values is stored. */
  static final int SOME_REFUSED = 1;

  /** Nothing was done: arguments, settings or the file cannot be used. */
  static final int UNUSABLE = 2;

  /** Not everything is stored that could be; running it again goes on. */
  static final int UNFINISHED = 3;

  private static final String USAGE =
      "usage: load FILE, a JSON file of factories' production, or - for standard input;"
          + " or dead list|republish|drop, see dead --help";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(28);

  /** Set by the launcher, because Java cannot tell whether standard error is a terminal. */
  private static final String TERMINAL = "stripchart.terminal";

  private final AtomicInteger exitCode = new AtomicInteger(UNFINISHED);
  private final Console console;
  private final Lifecycle lifecycle = new Lifecycle();
  private final Parts parts;

  private LoadCommand(StripchartSettings settings, Console console) {
    this.console = console;
    this.parts = new Parts(settings, new Health(), new Metrics());
  }

  /**
   * Returns the exit code, if nothing was begun; else this process ends with it.
   *
   * @param arguments as of {@link Main}
   */
  static int run(String[] arguments) {
    // Before anything has a logger.
    System.setProperty("stripchart.log.level", "WARN");
    System.setProperty("stripchart.log.target", "System.err");
    var console = new Console(System.err, Boolean.getBoolean(TERMINAL));
    if (arguments.length != 2 || !arguments[0].equals("load")) {
      console.tell(USAGE);
      return UNUSABLE;
    }
    try (var file = opened(arguments[1])) {
      return new LoadCommand(settings(), console).endWith(file);
    } catch (SettingsException bad) {
      console.tell(StripchartSettings.told(bad));
    } catch (InvalidPathException | IOException unreadable) {
      console.tell("cannot read " + arguments[1] + ": " + why(unreadable));
    }
    return UNUSABLE;
  }

  /** The roles of this process do not matter here. */
  private static StripchartSettings settings() {
    var environment = new HashMap<>(System.getenv());
    environment.remove("STRIPCHART_ROLES");
    return StripchartSettings.checked(environment);
  }

  private static InputStream opened(String name) throws IOException {
    if (name.equals("-")) return System.in;
    var path = Path.of(name);
    if (Files.isDirectory(path)) throw new IOException("is a folder");
    return Files.newInputStream(path);
  }

  private static String why(Exception unreadable) {
    if (unreadable instanceof NoSuchFileException) return "is not there";
    if (unreadable instanceof AccessDeniedException) return "must not be read by this user";
    return OneLine.of(unreadable);
  }

  /** Stops what was started, however it ends, also by a signal. */
  private int endWith(InputStream file) {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
    exitCode.set(load(file));
    return exitCode.get();
  }

  private void stop() {
    lifecycle.stop(STOP_LIMIT);
    Runtime.getRuntime().halt(exitCode.get());
  }

  private int load(InputStream file) {
    try {
      if (!lifecycle.start(parts.toBring())) return UNFINISHED;
      try (var load = new FactoryLoad(parts.vertx(), parts.surroundings(), PATIENCE, console)) {
        return load(load, file);
      }
    } catch (StartFailedException failure) {
      console.tell(failure.getMessage());
    } catch (RuntimeException failure) {
      console.tell("failed: " + OneLine.of(failure));
      LoggerFactory.getLogger(LoadCommand.class).error("event=load_failed", failure);
    }
    return UNFINISHED;
  }

  private int load(FactoryLoad load, InputStream file) {
    try {
      var report = load.load(file);
      System.out.println(report);
      return report.refused() == 0 ? LOADED : SOME_REFUSED;
    } catch (NoFactoriesException notOurs) {
      console.tell("the file cannot be used: " + notOurs.getMessage());
      return UNUSABLE;
    } catch (IOException unreadable) {
      console.tell("the file cannot be read on: " + OneLine.of(unreadable));
    } catch (UnfinishedException unfinished) {
      console.tell(unfinished.getMessage());
    }
    System.out.println("unfinished: " + load.report());
    return UNFINISHED;
  }
}
