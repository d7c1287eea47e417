package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A random password, kept in a folder and readable by this user only. */
record PasswordFile(Path path) {
  static PasswordFile in(Path folder) {
    return new PasswordFile(folder.resolve("password"));
  }

  /** 32 hexadecimal digits, made at the first call. */
  String read() throws IOException {
    if (!Files.exists(path)) {
      make();
    }
    return Files.readString(path).strip();
  }

  /** Whole or not at all, and never for others to read. */
  private void make() throws IOException {
    var random = new byte[16];
    new SecureRandom().nextBytes(random);
    var unfinished = path.resolveSibling("password.unfinished");
    Files.deleteIfExists(unfinished);
    Files.createFile(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(unfinished, HexFormat.of().formatHex(random) + "\n");
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
  }
}
