package io.stripchart.compose;

import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.settings.Settings;
import java.util.Set;

/**
 * Roles, host and log format of this process.
 *
 * @param host address of all its servers
 * @param http limits of its servers
 */
record ProcessSettings(Set<Role> roles, String host, LogFormat log, HttpSettings http) {
  ProcessSettings {
    roles = Set.copyOf(roles);
  }

  static ProcessSettings from(Settings settings) {
    return new ProcessSettings(
        settings.parsed(
            "STRIPCHART_ROLES", Role.list(), "any of " + Role.list() + ", commas", Role::parse),
        settings.text("STRIPCHART_HOST", "127.0.0.1", "an address of this machine"),
        settings.parsed("STRIPCHART_LOG", "text", "text or json", LogFormat::parse),
        HttpSettings.from(settings));
  }

  boolean runs(Role role) {
    return roles.contains(role);
  }

  /** Whether any of the roles works with the broker and the database. */
  boolean carriesReadings() {
    return runs(Role.INGEST) || runs(Role.PERSIST) || runs(Role.API);
  }
}
