package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/** Folders on disk that embedded parts use. */
final class Folders {
  private Folders() {}

  /**
   * The user's folder for what can be made again: {@code $XDG_CACHE_HOME/stripchart}, else {@code
   * ~/.cache/stripchart}, else (for a user without a home) one below the temporary folder.
   */
  static Path cache() throws IOException {
    var configured = System.getenv("XDG_CACHE_HOME");
    var base =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    try {
      return Files.createDirectories(base.resolve("stripchart"));
    } catch (IOException notWritable) {
      return ownIn(Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  /**
   * A folder that is this user's alone, in one that others may write to.
   *
   * @throws IOException if somebody else has made it, or opened it to others
   */
  static Path ownIn(Path shared) throws IOException {
    var folder = shared.resolve("stripchart-" + System.getProperty("user.name"));
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mine));
    } catch (FileAlreadyExistsException made) {
      var found =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isDirectory()
          || !found.permissions().equals(mine)
          || !found.owner().equals(owner())) {
        throw new IOException(folder + " must be a folder of this user's alone: remove it", made);
      }
      return folder;
    }
  }

  /** Who this process is, as files say it. */
  private static UserPrincipal owner() throws IOException {
    var probe = Files.createTempFile("stripchart", ".owner");
    try {
      return Files.getOwner(probe);
    } finally {
      Files.delete(probe);
    }
  }

  /** Deletes a folder and all in it; no matter if it, or something in it, is gone already. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
