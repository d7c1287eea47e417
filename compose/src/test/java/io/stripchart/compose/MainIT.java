package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.ChildProcess;
import io.stripchart.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All roles in one process, on the embedded broker and database. */
@Tag("brokerless")
@Timeout(900)
class MainIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MANY = 1_000_000;
  private static final String SERIES = "main.pushed";

  @TempDir Path data;
  private final int pushPort = FreePort.find();
  private final int satellitePort = FreePort.find();

  @AfterEach
  void leaveNoDatabaseBehind() throws IOException {
    var pidFile = data.resolve("database").resolve("data").resolve("postmaster.pid");
    if (!Files.exists(pidFile)) return;
    var pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void recordsTheSatelliteAndAnswersTheFirstQuery() {
    try (var main = RunningMain.with(settings())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(main.graphql("{ currentTemperature { time value } }"))
                      .matches(
                          "\\{\"data\":\\{\"currentTemperature\":\\{\"time\":\".*Z\",\"value\":.*}}}"));
      assertThat(main.operations("/livez")).isEqualTo("{\"status\":\"live\"}");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(main.operations("/readyz"))
                      .contains("\"ready\"", "\"persist.consumer\" : \"ok\""));
      assertThat(main.operations("/metrics"))
          .contains(
              "stripchart_readings_stored_total", "jvm_memory_used_bytes", "vertx_http_server");
    }
  }

  /** In Egypt, a formatted number is made of other digits, which no URI takes. */
  @Test
  void runsWhereDigitsAreOthers() {
    try (var main = RunningMain.with(settings(), "-Duser.language=ar", "-Duser.country=EG")) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(main.operations("/readyz")).contains("\"ready\""));
    }
  }

  @Test
  void stopsCleanlyUnderLoadAndKeepsWhatItAccepted() {
    var pushes = new Pushes(pushPort, SERIES);
    try (var main = RunningMain.with(settings())) {
      var sent = pushes.start(0, MANY);
      await().atMost(PATIENCE).until(() -> pushes.accepted().size() >= 1_000);
      main.process().terminate();

      int exitCode = main.process().awaitExit(LIMIT);
      assertThat(exitCode).as(main.process().toString()).isZero();
      pushes.end();
      await().atMost(PATIENCE).until(sent::isDone);
      assertThat(data.resolve("database/data/postmaster.pid")).doesNotExist();
      main.start();
      assertThatAllAccepted(main, pushes);
    }
  }

  /** Each part outlives those that depend on it, so none of them sees another go away. */
  @Test
  void stopsWithoutAnyPartMissingAnother() {
    try (var main = RunningMain.with(settings())) {
      main.process().terminate();

      assertThat(main.process().awaitExit(LIMIT)).isZero();
      assertThat(main.process().lines())
          .noneMatch(line -> line.contains("event=broker_lost"))
          .noneMatch(line -> line.contains("event=stop_"));
    }
  }

  @Test
  void keepsWhatItAcceptedWhenItIsKilled() {
    var pushes = new Pushes(pushPort, SERIES);
    try (var main = RunningMain.with(settings())) {
      var sent = pushes.start(0, 10_000);
      await().atMost(PATIENCE).until(() -> pushes.accepted().size() >= 2_000);
      main.killAndStart();
      await().atMost(PATIENCE).until(sent::isDone);

      assertThat(pushes.accepted()).hasSize(10_000);
      assertThatAllAccepted(main, pushes);
      assertThat(statistic(main, "count")).isEqualTo(10_000);
    }
  }

  @Test
  void startsTheDatabaseAgainThatWasKilledAndStoresWhatItAccepted() throws IOException {
    var pushes = new Pushes(pushPort, SERIES);
    try (var main = RunningMain.with(settings())) {
      var sent = pushes.start(0, 5_000);
      await().atMost(PATIENCE).until(() -> pushes.accepted().size() >= 500);
      killDatabase();
      main.process().awaitLine("event=embedded_database_started_again", PATIENCE);
      await().atMost(PATIENCE).until(sent::isDone);

      assertThatAllAccepted(main, pushes);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(main.operations("/readyz"))
                      .contains("\"ready\"", "\"embedded.database\" : \"ok\""));
    }
  }

  private void killDatabase() throws IOException {
    var pidFile = data.resolve("database").resolve("data").resolve("postmaster.pid");
    var pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).hasValue(true);
  }

  @Test
  void saysWhichPortsAreTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      var settings = settings();
      settings.put("STRIPCHART_API_PORT", Integer.toString(taken.getLocalPort()));
      try (var main = ChildProcess.of(Main.class).withEnvironment(settings).start()) {
        assertThat(main.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(main.lines())
            .containsExactly(
                "stripchart: cannot start: port %d on 127.0.0.1 is taken; stop what uses it, or choose another by STRIPCHART_API_PORT"
                    .formatted(taken.getLocalPort()));
      }
    }
  }

  @Test
  void saysWhyItCannotUseItsFolder() throws IOException {
    var file = Files.createFile(data.resolve("file"));
    var settings = settings();
    settings.put("STRIPCHART_DATA", file.toString());
    try (var main = ChildProcess.of(Main.class).withEnvironment(settings).start()) {
      assertThat(main.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(main.lines())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith(
                          "stripchart: cannot start embedded database: cannot use the folder")
                      .contains(file + "/database: Not a directory")
                      .endsWith("; choose another by STRIPCHART_DATA"));
    }
  }

  @Test
  void reportsEveryBadSettingAtOnce() {
    var settings =
        Map.of("STRIPCHART_ROLES", "presist", "STRIPCHART_API_PORT", "-1", "STRIPCHART_PORT", "1");
    try (var main = ChildProcess.of(Main.class).withEnvironment(settings).start()) {
      assertThat(main.awaitExit(LIMIT)).isEqualTo(2);
      assertThat(main.lines())
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).contains("these settings cannot be used"),
              line -> assertThat(line).contains("any of satellite,ingest,persist,api"),
              line -> assertThat(line).contains("STRIPCHART_API_PORT: is -1; must be 0 to 65535"),
              line -> assertThat(line).contains("STRIPCHART_PORT: is no setting of Stripchart"));
    }
  }

  private Map<String, String> settings() {
    return new HashMap<>(
        Map.of(
            "STRIPCHART_DATA",
            data.toString(),
            "STRIPCHART_OPERATIONS_PORT",
            "0",
            "STRIPCHART_API_PORT",
            "0",
            "STRIPCHART_INGEST_PORT",
            Integer.toString(pushPort),
            "STRIPCHART_SATELLITE_PORT",
            Integer.toString(satellitePort),
            "STRIPCHART_SATELLITE_INTERVAL",
            "PT0.002S"));
  }

  /**
   * Values are 0, 1, 2 and so on, so their greatest and their count say whether each is there,
   * once.
   */
  private static void assertThatAllAccepted(RunningMain main, Pushes pushes) {
    int accepted = pushes.accepted().size();
    // Unanswered pushes may be stored too, and may still be on their way.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(statistic(main, "count")).isGreaterThanOrEqualTo(accepted);
              assertThat(statistic(main, "max")).isEqualTo(statistic(main, "count") - 1);
            });
    assertThat(statistic(main, "min")).isZero();
  }

  private static int statistic(RunningMain main, String name) {
    var answer =
        main.graphql(
            """
            { temperatureStatistics(series: \\"%s\\", after: \\"2026-01-01T00:00:00Z\\", \
            before: \\"2026-02-01T00:00:00Z\\") { %s } }"""
                .formatted(SERIES, name));
    var found = Pattern.compile(":([0-9.]+)}").matcher(answer);
    assertThat(found.find()).as(answer).isTrue();
    return (int) Double.parseDouble(found.group(1));
  }
}
