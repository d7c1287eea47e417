package io.stripchart.compose;

import io.stripchart.common.settings.Settings;
import io.stripchart.compose.operations.OperationsSettings;

/** Every setting that there is; docs/configuration.md lists them. */
record StripchartSettings(
    ProcessSettings process,
    ConnectionSettings connections,
    EmbeddedSettings embedded,
    RoleSettings roles,
    OperationsSettings operations) {

  /**
   * Reads them all; what cannot be used is among the problems of {@code settings}.
   *
   * @param canEmbed whether this installation has a broker and a database of its own
   */
  static StripchartSettings from(Settings settings, boolean canEmbed) {
    var all =
        new StripchartSettings(
            ProcessSettings.from(settings),
            ConnectionSettings.from(settings),
            EmbeddedSettings.from(settings),
            RoleSettings.from(settings),
            OperationsSettings.from(settings));
    all.ports().clashes().forEach(settings::problem);
    if (all.simulatesForNobody()) {
      settings.problem(
          "STRIPCHART_SIMULATE_URL: must be set, as STRIPCHART_INGEST_PORT does not tell the port");
    }
    if (all.process.carriesReadings() && !canEmbed) all.connections.checkGiven(settings);
    return all;
  }

  /** Whether a building is simulated, and nobody knows where ingest is. */
  private boolean simulatesForNobody() {
    return roles.building().building().isPresent()
        && roles.building().url().isEmpty()
        && roles.ingest().port() == 0
        && !process.runs(Role.INGEST);
  }

  /** Where this process is going to listen. */
  Ports ports() {
    var ports =
        new Ports(process.host())
            .with("operations", "STRIPCHART_OPERATIONS_PORT", operations.port());
    if (process.runs(Role.SATELLITE))
      ports.with("satellite", "STRIPCHART_SATELLITE_PORT", roles.satellite().port());
    if (process.runs(Role.INGEST))
      ports.with("ingest", "STRIPCHART_INGEST_PORT", roles.ingest().port());
    if (process.runs(Role.API)) ports.with("api", "STRIPCHART_API_PORT", roles.api().port());
    return ports;
  }
}
