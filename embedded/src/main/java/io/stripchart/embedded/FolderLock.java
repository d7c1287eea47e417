package io.stripchart.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exclusive lock of this process on a folder. The system releases it however the process ends.
 */
final class FolderLock implements AutoCloseable {
  /**
   * Folders locked by this process. Closing any file opened on a lock releases that lock, so none
   * may be opened twice.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel file;

  private FolderLock(Path folder, FileChannel file) {
    this.folder = folder;
    this.file = file;
  }

  /**
   * Locks a folder, and creates it if missing.
   *
   * @throws FolderUnusableException if it is locked, also by this process
   */
  static FolderLock take(String what, Path folder) {
    return tryToTake(folder).orElseThrow(() -> FolderUnusableException.taken(what, folder));
  }

  /**
   * As {@link #take}, and makes the folder and its contents private to this user.
   *
   * @throws FolderUnusableException as {@link #take} does
   */
  static FolderLock takeAlone(String what, Path folder) {
    var lock = take(what, folder);
    try {
      Folders.restrict(lock.folder);
      return lock;
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure instanceof IOException unusable
          ? new FolderUnusableException(folder, unusable)
          : (RuntimeException) failure;
    }
  }

  /** As {@link #take}, but empty if the folder is locked. */
  static Optional<FolderLock> tryToTake(Path folder) {
    try {
      Folders.create(folder);
      var real = folder.toRealPath();
      if (!HELD.add(real)) {
        return Optional.empty();
      }
      Optional<FolderLock> locked = Optional.empty();
      try {
        locked = lock(real);
      } finally {
        if (locked.isEmpty()) {
          HELD.remove(real);
        }
      }
      return locked;
    } catch (IOException failure) {
      throw new FolderUnusableException(folder, failure);
    }
  }

  /** Whether a folder is locked, also by this process. Locks it for a moment to find out. */
  static boolean isHeld(Path folder) {
    if (!Files.exists(folder.resolve("lock"))) {
      return false;
    }
    var taken = tryToTake(folder);
    taken.ifPresent(FolderLock::close);
    return taken.isEmpty();
  }

  private static Optional<FolderLock> lock(Path folder) throws IOException {
    var file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() != null) {
      Folders.restrictFile(folder.resolve("lock"));
      return Optional.of(new FolderLock(folder, file));
    }
    file.close();
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot let go of a folder", failure);
    } finally {
      HELD.remove(folder);
    }
  }
}
