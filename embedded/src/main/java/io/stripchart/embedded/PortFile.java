package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalInt;

/**
 * Where the server of a folder listens, for other processes of the same user. It counts only while
 * somebody holds the folder: whoever takes that deletes what an earlier one left.
 */
record PortFile(Path path) {
  static PortFile in(Path folder) {
    return new PortFile(folder.resolve("port"));
  }

  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  /** Whole or not at all. */
  void write(int port) throws IOException {
    var unfinished = path.resolveSibling("port.unfinished");
    Files.writeString(unfinished, port + "\n");
    Folders.restrictFile(unfinished);
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Empty where none is written. */
  OptionalInt read() throws IOException {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(path).strip()));
    } catch (NoSuchFileException none) {
      return OptionalInt.empty();
    }
  }
}
