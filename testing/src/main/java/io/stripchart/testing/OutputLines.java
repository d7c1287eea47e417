package io.stripchart.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last lines that a process wrote, read by a thread of its own so that it never blocks. */
final class OutputLines {
  static final int KEPT = 2_000;
  private static final int TAIL = 50;

  private final Deque<String> lines = new ArrayDeque<>();
  private boolean ended;

  OutputLines(InputStream stream, String name) {
    LinkedConnection.thread("output of " + name, () -> readAll(stream)).start();
  }

  private void readAll(InputStream stream) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException killed) {
      // The end of the output.
    }
    end();
  }

  private synchronized void add(String line) {
    if (lines.size() == KEPT) {
      lines.removeFirst();
    }
    lines.addLast(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized String tail() {
    return String.join("\n", lines.stream().skip(Math.max(0, lines.size() - TAIL)).toList());
  }

  synchronized Matcher await(String regex, Duration limit) {
    var pattern = Pattern.compile(regex);
    var deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      for (var line : lines) {
        var matcher = pattern.matcher(line);
        if (matcher.find()) {
          return matcher;
        }
      }
      var left = deadline - System.nanoTime();
      if (ended || left <= 0) {
        throw new IllegalStateException(
            "no line with \"%s\" %s\n%s"
                .formatted(regex, ended ? "before it ended" : "within " + limit, tail()));
      }
      waitUpTo(left);
    }
  }

  private synchronized void waitUpTo(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for output", interrupted);
    }
  }
}
