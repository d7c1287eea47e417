package io.stripchart.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The command in {@code -Dstripchart.amqp.control=}, by which tests control a broker that they did
 * not start.
 *
 * <p>It knows {@code add_vhost NAME} (with all permissions for the user of {@code
 * stripchart.amqp.uri}), {@code delete_vhost NAME}, {@code kill} (as {@code kill -9}) and {@code
 * start} (with its data kept; returns when it takes connections), {@code set_policy VHOST JSON} and
 * {@code clear_policy VHOST} (of all queues).
 *
 * @param path of the executable
 */
record ControlScript(String path) {
  private static final long LIMIT_SECONDS = 120;

  static Optional<ControlScript> configured() {
    return Property.value("stripchart.amqp.control").map(ControlScript::new);
  }

  /**
   * Runs one of its commands and waits for its end.
   *
   * @throws IllegalStateException if it takes over two minutes, or exits with other than 0; the
   *     message has its output
   */
  void run(String... arguments) {
    var command = new ArrayList<String>();
    command.add(path);
    command.addAll(List.of(arguments));
    try {
      // To a file, not a pipe, which a broker started by the script would keep open.
      var output = Files.createTempFile("stripchart-control", ".log");
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      var ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      var text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " failed: " + text);
      }
    } catch (IOException failure) {
      throw new IllegalStateException(command + " cannot run", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command + " interrupted", interrupted);
    }
  }
}
