package io.stripchart.compose;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A role of a process; a process may have any of them. In the order of {@link #list}. */
enum Role {
  SATELLITE,
  INGEST,
  PERSIST,
  API;

  /** As settings and messages write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All of them, as the setting writes them. */
  static String list() {
    return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(","));
  }

  /**
   * @param text words separated by commas
   * @throws IllegalArgumentException if a word is not a role, or there is none
   */
  static Set<Role> parse(String text) {
    var roles = EnumSet.noneOf(Role.class);
    for (var word : text.split(",", -1)) {
      if (!word.isBlank()) roles.add(named(word.strip()));
    }
    if (roles.isEmpty()) throw new IllegalArgumentException("names no role");
    return roles;
  }

  private static Role named(String word) {
    return Arrays.stream(values())
        .filter(role -> role.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("\"" + word + "\" is no role"));
  }
}
