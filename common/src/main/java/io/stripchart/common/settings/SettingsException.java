package io.stripchart.common.settings;

import java.util.List;

/** Settings that cannot be used; the message holds every problem, a line each. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }
}
