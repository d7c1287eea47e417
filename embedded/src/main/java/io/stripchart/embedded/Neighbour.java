package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What another process runs on a folder. */
final class Neighbour {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private Neighbour() {}

  /** Tells where the server of a folder is, if it is that far. */
  interface Address {
    Optional<String> uri() throws IOException;
  }

  /**
   * Where the server of a folder is that somebody holds. One that is just starting is awaited.
   *
   * @return empty where nobody holds it
   * @throws EmbeddedStartException where it is held for a minute, and nothing serves it
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
