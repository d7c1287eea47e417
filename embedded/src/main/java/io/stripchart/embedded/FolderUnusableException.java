package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** An embedded broker or database was given a folder that it cannot have, or not alone. */
public final class FolderUnusableException extends EmbeddedStartException {
  private static final long serialVersionUID = 1L;

  private FolderUnusableException(String message) {
    super(message);
  }

  FolderUnusableException(Path folder, IOException cause) {
    super(
        "cannot use the folder %s: %s: %s"
            .formatted(
                folder.toAbsolutePath(), cause.getClass().getSimpleName(), cause.getMessage()),
        cause);
  }

  /**
   * @param what the intended user of the folder
   */
  static FolderUnusableException taken(String what, Path folder) {
    return new FolderUnusableException(
        "%s: another one uses the folder %s".formatted(what, folder.toAbsolutePath()));
  }
}
