package io.stripchart.compose;

import io.stripchart.common.settings.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Settings of the embedded broker and database.
 *
 * @param data folder of both
 * @param brokerPort 0 is any free one
 * @param databasePort 0 is any free one
 */
record EmbeddedSettings(Path data, int brokerPort, int databasePort) {
  /** Whether this installation has them; production does not. */
  static boolean arePresent() {
    try {
      Class.forName(
          "io.stripchart.embedded.EmbeddedBroker", false, EmbeddedSettings.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException production) {
      return false;
    }
  }

  static EmbeddedSettings from(Settings settings) {
    return new EmbeddedSettings(
        settings.parsed("STRIPCHART_DATA", "data", "a folder", EmbeddedSettings::folder),
        settings.port("STRIPCHART_EMBEDDED_AMQP_PORT", 0),
        settings.port("STRIPCHART_EMBEDDED_DATABASE_PORT", 0));
  }

  private static Path folder(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException unusable) {
      throw new IllegalArgumentException("is no path", unusable);
    }
  }
}
