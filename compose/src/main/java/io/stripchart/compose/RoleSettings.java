package io.stripchart.compose;

import io.stripchart.api.ApiSettings;
import io.stripchart.common.settings.Settings;
import io.stripchart.compose.building.BuildingSettings;
import io.stripchart.compose.satellite.SatelliteSettings;
import io.stripchart.ingest.IngestSettings;
import io.stripchart.persist.PersistSettings;

/** Of each role, also of those that this process does not run, and of the simulated building. */
record RoleSettings(
    SatelliteSettings satellite,
    BuildingSettings building,
    IngestSettings ingest,
    PersistSettings persist,
    ApiSettings api) {
  static RoleSettings from(Settings settings) {
    return new RoleSettings(
        SatelliteSettings.from(settings),
        BuildingSettings.from(settings),
        IngestSettings.from(settings),
        PersistSettings.from(settings),
        ApiSettings.from(settings));
  }
}
