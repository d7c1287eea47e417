package io.stripchart.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DeadLetterQueue;
import io.stripchart.common.broker.DeadLetterQueue.Letter;
import io.stripchart.common.operations.Health;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.settings.SettingsException;
import io.stripchart.compose.operations.Metrics;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code dead list|republish|drop}: works through the dead-letter queue, of the broker of the
 * settings, else of the embedded one that a Stripchart runs on {@code STRIPCHART_DATA}, else of
 * that embedded one, which it starts for as long as it takes.
 */
@Command(
    name = "dead",
    description = "Works through the dead letters: messages that could not be stored.",
    mixinStandardHelpOptions = true,
    subcommands = {DeadCommand.Listing.class, DeadCommand.Republish.class, DeadCommand.Drop.class})
final class DeadCommand {
  /** Everything requested is done. */
  static final int DONE = 0;

  /** Nothing was done: arguments or settings cannot be used. */
  static final int UNUSABLE = 2;

  /** Not everything was done, as when the broker failed; the rest is still in the queue. */
  static final int UNFINISHED = 3;

  private static final int MAX_BODY = 60;
  private static final int PART = 100;
  private static final int PART_BYTES = 16 << 20;
  private static final int MAX_REASONS = 100;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private DeadCommand() {}

  /**
   * Returns the exit code.
   *
   * @param arguments as of {@link Main}
   */
  static int run(String[] arguments) {
    // Before anything has a logger.
    System.setProperty("stripchart.log.level", "WARN");
    System.setProperty("stripchart.log.target", "System.err");
    var command = new CommandLine(new DeadCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionExceptionHandler(DeadCommand::failed);
    command.getSubcommands().values().forEach(one -> one.setUsageHelpAutoWidth(true));
    var rest = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
    if (rest.length == 0) {
      command.usage(System.err);
      return UNUSABLE;
    }
    return command.execute(rest);
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    var out = command.getErr();
    if (failure instanceof SettingsException bad) {
      out.println(StripchartSettings.told(bad));
      return UNUSABLE;
    }
    out.println(
        failure instanceof StartFailedException ? failure.getMessage() : OneLine.of(failure));
    return UNFINISHED;
  }

  /** Which letters a command is about. */
  static final class Filter {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description =
            "Those whose reason contains this text, in any case; or those of a cause: malformed,"
                + " refused, series_limit or bug.")
    private String reason;

    @Option(
        names = "--series",
        paramLabel = "PATTERN",
        description = "Those of the series of this pattern: * is one word, # any number.")
    private String series;

    @Option(
        names = "--routing-key",
        paramLabel = "KEY",
        description = "Those of exactly this routing key, which need not be a series' name.")
    private String routingKey;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the oldest first.")
    private Long limit;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private boolean isEmpty() {
      return reason == null && series == null && routingKey == null;
    }

    private SeriesPattern pattern() {
      try {
        return series == null ? null : SeriesPattern.of(series);
      } catch (MalformedReadingException e) {
        throw new ParameterException(spec.commandLine(), "--series: " + e.getMessage());
      }
    }

    /** Letters at most. */
    private long most() {
      if (limit == null) return Long.MAX_VALUE;
      if (limit > 0) return limit;
      throw new ParameterException(spec.commandLine(), "--limit: must be 1 or more");
    }

    private boolean hasReason(Letter letter) {
      if (reason == null) return true;
      var wanted = reason.strip().toLowerCase(Locale.ROOT);
      return letter.cause().equals(wanted)
          || letter.reason().toLowerCase(Locale.ROOT).contains(wanted);
    }

    private boolean matches(Letter letter, SeriesPattern pattern) {
      return hasReason(letter)
          && (routingKey == null || routingKey.equals(letter.routingKey()))
          && (pattern == null || pattern.matches(letter.routingKey()));
    }
  }

  /** Action on the letters that a filter selects. */
  private interface Work {
    /** Processes some of them; unsettled ones return to the queue. */
    void take(DeadLetterQueue queue, List<Letter> letters) throws IOException;
  }

  /** Options of all three commands. */
  abstract static class Subcommand implements Callable<Integer> {
    @Mixin private Filter filter;
    @Spec private CommandSpec spec;

    final Filter filter() {
      return filter;
    }

    final PrintWriter out() {
      return spec.commandLine().getOut();
    }

    final ParameterException refused(String problem) {
      return new ParameterException(spec.commandLine(), problem);
    }

    /**
     * @return how many letters were given to the work
     */
    final long work(Work work) throws IOException, StartFailedException {
      var pattern = filter.pattern();
      long most = filter.most();
      var environment = new HashMap<>(System.getenv());
      environment.remove("STRIPCHART_ROLES");
      var parts = new Parts(StripchartSettings.checked(environment), new Health(), new Metrics());
      var lifecycle = new Lifecycle();
      try {
        lifecycle.start(parts.toReachBroker());
        return work(work, parts.surroundings().broker(), pattern, most);
      } finally {
        lifecycle.stop(STOP_LIMIT);
      }
    }

    static void count(Map<String, Integer> reasons, Letter letter) {
      // More could not be read.
      if (reasons.size() < MAX_REASONS) reasons.merge(kind(letter), 1, Integer::sum);
    }

    final void tell(Map<String, Integer> reasons) {
      reasons.forEach((reason, count) -> out().println("  " + count + "  " + reason));
    }

    /** Its cause and reason, without what differs from letter to letter: value and time. */
    private static String kind(Letter letter) {
      var cause = letter.cause().isEmpty() ? "" : OneLine.of(letter.cause()) + ": ";
      return cause + OneLine.of(letter.reason()).replaceFirst(", is .*", ", is …");
    }

    private long work(Work work, BrokerSettings broker, SeriesPattern pattern, long most)
        throws IOException {
      long given = 0;
      try (var queue = DeadLetterQueue.open(broker, "stripchart dead")) {
        // Letters that arrive meanwhile are left.
        long left = queue.count();
        var part = new ArrayList<Letter>();
        long bytes = 0;
        Map<String, Integer> others = new TreeMap<>();
        for (; left > 0 && given + part.size() < most; left--) {
          var letter = queue.next();
          if (letter.isEmpty()) break;
          if (!filter.matches(letter.get(), pattern)) {
            count(others, letter.get());
            continue;
          }
          part.add(letter.get());
          bytes += letter.get().body().length;
          if (part.size() == PART || bytes >= PART_BYTES) {
            work.take(queue, part);
            given += part.size();
            bytes = 0;
            part.clear();
          }
        }
        if (!part.isEmpty()) work.take(queue, part);
        if (given + part.size() == 0 && !others.isEmpty()) {
          out().println("no dead letter matches; the reasons of those that there are:");
          tell(others);
        }
        return given + part.size();
      }
    }
  }

  /** Shows letters, and leaves them where they are. */
  @Command(
      name = "list",
      description = "Lists dead letters, the oldest first, and counts them by reason.",
      mixinStandardHelpOptions = true)
  static final class Listing extends Subcommand {
    @Override
    public Integer call() throws IOException, StartFailedException {
      Map<String, Integer> reasons = new TreeMap<>();
      long found =
          work(
              (queue, letters) -> {
                for (var letter : letters) {
                  out().println(line(letter));
                  count(reasons, letter);
                }
              });
      out().println(counted(found));
      tell(reasons);
      out().flush();
      return DONE;
    }

    private static String line(Letter letter) {
      var body = OneLine.of(new String(letter.body(), UTF_8));
      var shown = body.length() <= MAX_BODY ? body : body.substring(0, MAX_BODY) + "…";
      return String.join(
          "  ",
          letter.arrived().isEmpty() ? "-" : OneLine.of(letter.arrived()),
          OneLine.of(letter.routingKey()),
          "(" + OneLine.of(letter.reason()) + ")",
          shown);
    }
  }

  /** Gives letters another try. */
  @Command(
      name = "republish",
      description = {
        "Publishes dead letters again as they were, with their properties and the time of their"
            + " first arrival, and deletes each once the broker has confirmed it.",
        "A letter of which only the beginning is there, as its body was too large, stays.",
        "Killed on the way, it loses nothing: run it again."
      },
      mixinStandardHelpOptions = true)
  static final class Republish extends Subcommand {
    @Option(
        names = "--as",
        paramLabel = "SERIES",
        description = "Under this series' name in the place of their routing keys.")
    private String series;

    @Option(names = "--dry-run", description = "Only tells how many it would publish.")
    private boolean dryRun;

    private long done;
    private long left;

    @Override
    public Integer call() throws IOException, StartFailedException {
      try {
        if (series != null) SeriesName.check(series);
      } catch (MalformedReadingException e) {
        throw refused("--as: " + e.getMessage());
      }
      try {
        work(
            (queue, letters) -> {
              var whole = letters.stream().filter(Letter::isWhole).toList();
              letters.stream().filter(letter -> !letter.isWhole()).forEach(this::leave);
              if (!dryRun) queue.republish(whole, series);
              done += whole.size();
            });
        out().println(counted(done) + (dryRun ? " would be published again" : " published again"));
      } catch (IOException failure) {
        out().println(counted(done) + " published again, then:");
        throw failure;
      } finally {
        if (left > 0) out().println(counted(left) + " not whole, left in the queue");
        out().flush();
      }
      return left == 0 ? DONE : UNFINISHED;
    }

    private void leave(Letter letter) {
      left++;
      out()
          .println(
              "%s: of %,d bytes only the first %,d are there; send it again in parts, or drop it"
                  .formatted(OneLine.of(letter.routingKey()), letter.size(), letter.body().length));
    }
  }

  /** Deletes letters. */
  @Command(
      name = "drop",
      description = "Deletes dead letters, for ever.",
      mixinStandardHelpOptions = true)
  static final class Drop extends Subcommand {
    @Option(names = "--all", description = "Needed where no other option says which ones.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only tells how many it would delete.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException, StartFailedException {
      if (filter().isEmpty() && !all) {
        throw refused("drop: say which ones, by --reason, --series or --routing-key; or --all");
      }
      long found =
          work(
              (queue, letters) -> {
                for (var letter : letters) {
                  if (!dryRun) queue.drop(letter);
                }
              });
      out().println(counted(found) + (dryRun ? " would be deleted" : " deleted"));
      out().flush();
      return DONE;
    }
  }

  private static String counted(long letters) {
    return letters + (letters == 1 ? " dead letter" : " dead letters");
  }
}
