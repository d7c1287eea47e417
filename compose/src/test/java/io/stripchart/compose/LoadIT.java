package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.stripchart.compose.load.Console;
import io.stripchart.compose.load.FactoryLoad;
import io.stripchart.compose.load.UnfinishedException;
import io.stripchart.testing.ChildProcess;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, beside a persist and an api. */
@Timeout(300)
class LoadIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path SAMPLE = Path.of("../docs/samples/seed_factory_data.json");
  private static final int MANY = 40_000;

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  @TempDir static Path folder;
  private static RunningMain main;

  @BeforeAll
  static void start() {
    main = RunningMain.with(settings("persist,api"));
  }

  @AfterAll
  static void stop() {
    if (main != null) main.close();
  }

  private static Map<String, String> settings(String roles) {
    return Map.of(
        "STRIPCHART_ROLES", roles,
        "STRIPCHART_AMQP_URI", broker.uri(),
        "STRIPCHART_DATABASE_URI", database.uri());
  }

  @Test
  void storesAndServesEveryNumberOfTheSampleOnce() throws IOException {
    try (var first = load(SAMPLE)) {
      assertThat(first.awaitExit(LIMIT)).as(first.toString()).isZero();
      assertTold(first, "3 factories: 120 values taken, 0 already there (0 of them");
    }
    var file = new JsonObject(Files.readString(SAMPLE));
    assertThatAllAreStored(file);
    assertThatAllAreServed(file);
    assertThat(database.query("select id, name from factory where id < 3 order by id"))
        .containsExactly(List.of(0, "Factory 0"), List.of(1, "Factory 1"), List.of(2, "Factory 2"));

    try (var again = load(SAMPLE)) {
      assertThat(again.awaitExit(LIMIT)).isZero();
      assertTold(again, "3 factories: 0 values taken, 120 already there (0 of them");
    }
  }

  /** Log lines may be mixed in; the last output is complete only after its exit. */
  private static void assertTold(ChildProcess load, String begin) {
    load.awaitLine("^" + Pattern.quote(begin), LIMIT);
  }

  private static void assertThatAllAreStored(JsonObject file) {
    var factories = file.getJsonArray("factories");
    for (int id = 0; id < factories.size(); id++) {
      var chart = factories.getJsonObject(id).getJsonObject("factory").getJsonObject("chart_data");
      for (var quantity : List.of("sprocket_production_actual", "sprocket_production_goal"))
        assertThat(stored("factory." + id + "." + quantity))
            .isEqualTo(rows(chart.getJsonArray("time"), chart.getJsonArray(quantity)));
    }
  }

  /** By REST and by GraphQL, as the file has them. */
  private static void assertThatAllAreServed(JsonObject file) {
    assertThat(FactoryAnswers.rest(main, 1).subList(0, 3))
        .extracting(FactoryAnswers.Point::time, FactoryAnswers.Point::actual)
        .containsExactly(
            tuple(1611204818L, 32.0), tuple(1611204878L, 28.0), tuple(1611204938L, 31.0));
    var factories = file.getJsonArray("factories");
    for (int id = 0; id < factories.size(); id++) {
      var loaded = FactoryAnswers.points(factories.getJsonObject(id));
      assertThat(loaded).hasSize(20);
      assertThat(FactoryAnswers.rest(main, id)).isEqualTo(loaded);
      assertThat(FactoryAnswers.graphql(main, id)).isEqualTo(loaded);
    }
  }

  private static List<List<Object>> rows(JsonArray times, JsonArray values) {
    return IntStream.range(0, times.size())
        .mapToObj(
            i -> List.<Object>of(Instant.ofEpochSecond(times.getLong(i)), values.getDouble(i)))
        .toList();
  }

  private static List<List<Object>> stored(String series) {
    return database.query(
        """
        select time, value from reading join series on id = series_id
        where name = ? order by time\
        """,
        series);
  }

  @Test
  void storesEachOnceWhenItIsKilledInTheMiddle() throws IOException {
    var file = bigFile();
    try (var killed = load(file)) {
      await().atMost(LIMIT).until(() -> countOfBig() > 0);
      killed.kill9();
    }
    assertThat(countOfBig()).isLessThan(MANY);

    try (var again = load(file)) {
      assertThat(again.awaitExit(LIMIT)).as(again.toString()).isZero();
    }
    assertThat(countOfBig()).isEqualTo(MANY);
    assertThat(
            database.number(
                """
                select count(*) from reading join series on id = series_id
                where name like 'factory.5%' and value = extract(epoch from time)\
                """))
        .isEqualTo(MANY);
  }

  private static long countOfBig() {
    return database.number(
        """
        select count(*) from reading join series on id = series_id
        where name like 'factory.5%'\
        """);
  }

  /** A value is its time. */
  private static Path bigFile() throws IOException {
    int places = 10_000;
    var column = IntStream.range(0, places).mapToObj(Integer::toString).toList().toString();
    var factories =
        IntStream.range(0, MANY / 2 / places)
            .mapToObj(
                i ->
                    """
                    {"factory": {"id": %d, "chart_data": {"sprocket_production_actual": %s,
                      "sprocket_production_goal": %s, "time": %s}}}\
                    """
                        .formatted(500 + i, column, column, column))
            .toList();
    return Files.writeString(folder.resolve("big.json"), "{\"factories\": " + factories + "}");
  }

  @Test
  void loadsWhatIsSoundAndTellsTheRest() throws IOException {
    database.execute("insert into factory (id, name) values (41, 'Kept')");
    var file =
        write(
            """
            {"factories": [{"factory": {"id": 41, "name": "Other", "chart_data": {
              "sprocket_production_actual": [1, "x", 3], "sprocket_production_goal": [1, 2],
              "time": [10, 20, 30]}}}]}\
            """);
    try (var load = load(file)) {
      assertThat(load.awaitExit(LIMIT)).as(load.toString()).isEqualTo(1);
      assertTold(
          load,
          "refused $.factories[0].factory.chart_data.sprocket_production_actual[1]: must be a"
              + " number, is a string");
      assertTold(
          load,
          "1 factories: 4 values taken, 0 already there (0 of them with another value: the first"
              + " stays), 2 refused");
    }
    assertThat(database.query("select name from factory where id = 41"))
        .containsExactly(List.of("Kept"));

    var other =
        write(
            """
            {"factories": [{"factory": {"id": 41, "chart_data": {"sprocket_production_actual": [2],
              "sprocket_production_goal": [1], "time": [10]}}}]}\
            """);
    try (var load = load(other)) {
      assertThat(load.awaitExit(LIMIT)).isZero();
      assertTold(load, "1 factories: 0 values taken, 2 already there (1 of them with another");
    }
    assertThat(stored("factory.41.sprocket_production_actual"))
        .startsWith(List.of(Instant.ofEpochSecond(10), 1.0));
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    assertThatIsUnusable("cannot read /no/such/file: is not there", "load", "/no/such/file");
    assertThatIsUnusable("cannot read " + folder + ": is a folder", "load", folder.toString());
    var other = write("{\"buildings\": []}");
    assertThatIsUnusable(
        "the file cannot be used: has no array factories", "load", other.toString());
    var usage = "usage: load FILE, a JSON file of factories' production, or - for standard input";
    assertThatIsUnusable(usage, "load");
    assertThatIsUnusable(usage, "unload", SAMPLE.toString());
  }

  private static void assertThatIsUnusable(String told, String... arguments) {
    try (var process =
        ChildProcess.of(Main.class)
            .withEnvironment(settings("api"))
            .withArguments(arguments)
            .start()) {
      assertThat(process.awaitExit(LIMIT)).isEqualTo(2);
      assertTold(process, told);
    }
  }

  /** Without a persist, no process consumes the queue. */
  @Test
  @SuppressWarnings("try")
  void givesUpWhereNothingIsStored() throws IOException {
    var told = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var vertx = Vertx.vertx();
    try (var pause = persistStopped();
        var load =
            new FactoryLoad(
                vertx, surroundings(), Duration.ofSeconds(1), new Console(told, false));
        var file =
            Files.newInputStream(
                write(
                    """
                    {"factories": [{"factory": {"id": 77, "chart_data": {"time": [1],
                      "sprocket_production_actual": [1], "sprocket_production_goal": [1]}}}]}\
                    """))) {
      assertThatThrownBy(() -> load.load(file))
          .isInstanceOf(UnfinishedException.class)
          .hasMessageContaining("2 values to be stored");
      assertThat(load.report().taken()).isZero();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static AutoClosed persistStopped() {
    main.kill9();
    return main::start;
  }

  /** Without an exception of its own. */
  private interface AutoClosed extends AutoCloseable {
    @Override
    void close();
  }

  private static Surroundings surroundings() {
    return new Surroundings(
        BrokerSettings.of(new Secret(broker.uri())),
        DatabaseSettings.of(new Secret(database.uri())),
        new SimpleMeterRegistry(),
        new Health(),
        "127.0.0.1");
  }

  private static Path write(String json) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "factories", ".json"), json);
  }

  private static ChildProcess load(Path file) {
    return ChildProcess.of(Main.class)
        .withEnvironment(settings("api"))
        .withArguments("load", file.toString())
        .start();
  }
}
