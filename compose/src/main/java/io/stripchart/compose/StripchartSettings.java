package io.stripchart.compose;

import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.SettingsException;
import io.stripchart.compose.operations.OperationsSettings;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** All settings; docs/configuration.md lists them. */
record StripchartSettings(
    ProcessSettings process,
    ConnectionSettings connections,
    EmbeddedSettings embedded,
    RoleSettings roles,
    OperationsSettings operations,
    AcceptableTimes times) {

  /**
   * Reads them all; invalid ones are among the problems of {@code settings}.
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
            OperationsSettings.from(settings),
            AcceptableTimes.from(settings));
    all.ports().clashes().forEach(settings::problem);
    if (all.simulatesForNobody()) {
      settings.problem(
          "STRIPCHART_SIMULATE_URL: must be set, as STRIPCHART_INGEST_PORT does not tell the port");
    }
    if (all.process.carriesReadings() && !canEmbed) all.connections.checkGiven(settings);
    return all;
  }

  /** A building is simulated, but the URL of ingest is unknown. */
  private boolean simulatesForNobody() {
    return roles.building().building().isPresent()
        && roles.building().url().isEmpty()
        && roles.ingest().port() == 0
        && !process.runs(Role.INGEST);
  }

  /**
   * Those of the environment, for this installation.
   *
   * @throws SettingsException with every problem
   */
  static StripchartSettings checked(Map<String, String> environment) {
    var settings = new Settings(environment);
    var all = from(settings, EmbeddedSettings.arePresent());
    settings.check();
    if (!settings.ignored().isEmpty()) {
      // Not a logger of the class: a command says where the log goes before the first is made.
      LoggerFactory.getLogger(StripchartSettings.class)
          .info(
              "event=variables_ignored names=\"{}\"; Kubernetes sets them for Services",
              String.join(" ", settings.ignored()));
    }
    return all;
  }

  /** Every problem once, for people. */
  static String told(SettingsException bad) {
    return bad.getMessage()
        .lines()
        .distinct()
        .collect(Collectors.joining("\n  ", "stripchart: these settings cannot be used:\n  ", ""));
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
