package io.stripchart.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** That this process alone uses a folder; the system lets go of it however the process ends. */
final class FolderLock implements AutoCloseable {
  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes a folder, made if missing.
   *
   * @throws EmbeddedStartException if somebody, this process included, holds it
   */
  static FolderLock take(String what, Path folder) {
    return tryToTake(folder)
        .orElseThrow(
            () ->
                new EmbeddedStartException(
                    "%s: another one uses the folder %s".formatted(what, folder.toAbsolutePath())));
  }

  /** As {@link #take}, but empty if somebody holds it. */
  static Optional<FolderLock> tryToTake(Path folder) {
    try {
      Files.createDirectories(folder);
      var file =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(file)) {
        return Optional.of(new FolderLock(file));
      }
      file.close();
      return Optional.empty();
    } catch (IOException failure) {
      throw new EmbeddedStartException("cannot use the folder " + folder, failure);
    }
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot let go of a folder", failure);
    }
  }
}
