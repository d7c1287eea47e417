package io.stripchart.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * An empty folder that is deleted when it is closed.
 *
 * @param path absolute
 */
record ScratchFolder(Path path) implements AutoCloseable {
  static ScratchFolder create(String name) {
    try {
      return new ScratchFolder(Files.createTempDirectory("stripchart-" + name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try (var all = Files.walk(path)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot delete " + path, failure);
    }
  }
}
