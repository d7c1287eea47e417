package io.stripchart.compose;

import java.util.Arrays;
import java.util.Locale;

/** How log lines look; logback.xml has an appender of each name, and reads the setting itself. */
enum LogFormat {
  TEXT,
  JSON;

  static LogFormat parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no log format"));
  }
}
