package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalInt;

/**
 * Port of the server of a folder, for other processes of the same user. Valid only while the folder
 * is locked: a process that locks the folder deletes the file of the last one.
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

  /** Empty if none is written. */
  OptionalInt read() throws IOException {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(path).strip()));
    } catch (NoSuchFileException none) {
      return OptionalInt.empty();
    }
  }
}
