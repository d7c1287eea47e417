package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders on disk that embedded parts use. */
final class Folders {
  private static final Logger log = LoggerFactory.getLogger(Folders.class);
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private Folders() {}

  /**
   * The user's cache folder: {@code $XDG_CACHE_HOME/stripchart}, otherwise {@code
   * ~/.cache/stripchart}, otherwise (for a user without a home) one below the temporary folder.
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
   * A private folder of this user, in a folder that others may write to.
   *
   * @throws IOException if another user created it, or it is accessible to others
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

  /** Creates a folder and its missing parents, accessible to this user only. */
  static void create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    var parent = folder.getParent();
    // Where a file is in its place, the attempt below says so.
    if (parent != null && !Files.exists(parent)) {
      create(parent);
    }
    try {
      Files.createDirectory(folder);
      allow(folder, FOLDER);
    } catch (FileAlreadyExistsException made) {
      if (!Files.isDirectory(folder)) {
        throw made;
      }
    }
  }

  /**
   * Makes a folder and its contents private to this user, whatever the umask was when they were
   * created. Links are not followed. Files of other users are logged and left as they are.
   */
  static void restrict(Path folder) throws IOException {
    if (!supportsPermissions(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
              throws IOException {
            allow(visited, FOLDER);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              allow(file, FILE);
            }
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
        });
  }

  /** Makes a file private to this user. */
  static void restrictFile(Path file) throws IOException {
    allow(file, FILE);
  }

  private static void allow(Path path, Set<PosixFilePermission> wanted) throws IOException {
    if (!supportsPermissions(path)) {
      return;
    }
    try {
      if (!Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).equals(wanted)) {
        Files.setPosixFilePermissions(path, wanted);
      }
    } catch (NoSuchFileException gone) {
      log.debug("event=permissions_not_set path=\"{}\"", path, gone);
    } catch (FileSystemException refused) {
      log.warn("event=permissions_not_set path=\"{}\" cause=\"{}\"", path, refused.toString());
    }
  }

  private static boolean supportsPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
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

  /** Deletes a folder and its contents, as far as they exist. */
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
