package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A server that another process runs on a folder. */
final class Neighbour {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private Neighbour() {}

  /** The address of the server of a folder, once it is known. */
  interface Address {
    Optional<String> uri() throws IOException;
  }

  /**
   * Finds the server of a folder that another process has locked. Waits for one that is starting.
   *
   * @return empty if the folder is not locked
   * @throws EmbeddedStartException if it is locked for a minute, and no server answers
   */
  static Optional<String> on(String what, Path folder, Address address) {
    var deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      while (FolderLock.isHeld(folder)) {
        var uri = address.uri();
        if (uri.isPresent()) {
          return uri;
        }
        if (System.nanoTime() > deadline) {
          throw new EmbeddedStartException(
              what + ": another process holds " + folder + ", but serves nothing there");
        }
        Pause.millis(50);
      }
      return Optional.empty();
    } catch (IOException failure) {
      throw new FolderUnusableException(folder, failure);
    }
  }
}
