package io.stripchart.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that a database lives in, open to one process at a time: {@code data}, {@code password},
 * {@code lock}, {@code postgresql.log}.
 */
final class PostgresFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresFolder.class);

  private final Path path;
  private final boolean temporary;
  private final FolderLock lock;

  private PostgresFolder(Path path, boolean temporary, FolderLock lock) {
    this.path = path;
    this.temporary = temporary;
    this.lock = lock;
  }

  /**
   * Opens a folder, made if missing.
   *
   * @throws EmbeddedStartException if another process, or another part of this one, has it open
   */
  static PostgresFolder open(Path path) {
    var absolute = path.toAbsolutePath().normalize();
    return new PostgresFolder(absolute, false, FolderLock.takeAlone("embedded database", absolute));
  }

  /** One of its own in the user's cache, deleted when closed, or else by the next one opened. */
  static PostgresFolder temporary() throws IOException {
    // Not in /tmp, which may be in memory, and whose old files are deleted.
    var parent = Files.createDirectories(Folders.cache().resolve("temporary"));
    var path = parent.resolve(UUID.randomUUID().toString());
    return alone(
        parent,
        () -> {
          deleteAbandoned(parent);
          return new PostgresFolder(path, true, FolderLock.take("embedded database", path));
        });
  }

  /** Works in a temporary folder, so that no other process uses incomplete files. */
  private interface Step<T> {
    T take() throws IOException;
  }

  private static synchronized <T> T alone(Path parent, Step<T> step) throws IOException {
    var file = parent.resolveSibling("temporary.lock");
    try (var open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Ends with the file.
      var unused = open.lock();
      return step.take();
    }
  }

  private static void deleteAbandoned(Path parent) throws IOException {
    try (var children = Files.newDirectoryStream(parent)) {
      for (var child : children) {
        FolderLock.tryToTake(child)
            .ifPresent(lock -> new PostgresFolder(child, true, lock).delete());
      }
    }
  }

  Path path() {
    return path;
  }

  boolean isTemporary() {
    return temporary;
  }

  Path data() {
    return path.resolve("data");
  }

  Path passwordFile() {
    return PasswordFile.in(path).path();
  }

  /** The server's own log; it is replaced when it exceeds 10 MB. */
  Path logFile() throws IOException {
    var file = path.resolve("postgresql.log");
    if (Files.exists(file) && Files.size(file) > 10_000_000) {
      Files.move(file, path.resolve("postgresql.log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** Random, made at the first call; its file is the user's alone to read. */
  String password() throws IOException {
    return PasswordFile.in(path).read();
  }

  /** Lets go of it; if it is temporary, its server is killed and it is deleted first. */
  @Override
  public void close() {
    if (!temporary) {
      lock.close();
      return;
    }
    try {
      alone(
          path.getParent(),
          () -> {
            delete();
            return null;
          });
    } catch (IOException failure) {
      left(failure);
    }
  }

  private void delete() {
    try (lock) {
      PostgresProcess.runningOn(data()).ifPresent(PostgresProcess::kill);
      Folders.delete(path);
    } catch (IOException | IllegalStateException failure) {
      left(failure);
    }
  }

  private void left(Exception failure) {
    log.warn("deleting={} outcome=left cause=\"{}\"", path, failure.toString());
  }
}
