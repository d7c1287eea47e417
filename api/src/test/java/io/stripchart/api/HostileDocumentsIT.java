package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import graphql.introspection.IntrospectionQuery;
import graphql.introspection.IntrospectionQueryBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests within all limits of size that take as much of an event loop as they can. Each is
 * answered or refused, and no turn of an event loop takes long, counted by the CPU time of its
 * thread, so that a busy machine does no harm.
 */
@Timeout(180)
class HostileDocumentsIT {
  /** Each takes less than 100 ms on two cores. Without limits it is many seconds. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(2);

  private static final int SERIES = 2_000;

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;
  private static Turns turns;

  /** The longest turns of the event loops, by the CPU time between two looks at a thread. */
  private static final class Turns {
    private static final long LOOK_MILLIS = 2;
    private final AtomicLong longestNanos = new AtomicLong();
    private final List<Future<?>> looks = new ArrayList<>();

    Turns(VertxInternal vertx) {
      for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
        var last = new AtomicLong(-1);
        looks.add(
            loop.scheduleAtFixedRate(() -> look(last), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS));
      }
    }

    private void look(AtomicLong last) {
      long now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long before = last.getAndSet(now);
      if (before >= 0) longestNanos.accumulateAndGet(now - before, Math::max);
    }

    Duration longestOf(Runnable task) {
      longestNanos.set(0);
      task.run();
      return Duration.ofNanos(longestNanos.get());
    }
  }

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.readings(database, "large", "2020-11-10T00:00:00Z", 10_000);
    database.execute(
        "insert into series (name) select 'room.' || n / 20 || '.' || n || '.temperature'"
            + " from generate_series(1, ?) n",
        SERIES);
    database.execute(
        """
        insert into reading (series_id, time, value)
        select id, '2020-11-10T00:00:00Z'::timestamptz + n * interval '1 min', n
        from series, generate_series(1, 5) n where name like 'room.%'
        """);
    database.execute(
        "insert into factory (id, name) select n, 'f' || n from generate_series(1, 500) n");
    api = new RunningApi(broker.uri(), database.uri());
    turns = new Turns((VertxInternal) api.vertx());
    // Classes are loaded and compiled.
    hostile().forEach(one -> api.ask(one.request()));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  record Hostile(String name, JsonObject request) {
    Hostile(String name, String query) {
      this(name, new JsonObject().put("query", query));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static String times(int count, IntFunction<String> text) {
    return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining(" "));
  }

  private static String aliases(int count, String field) {
    return "{ " + times(count, i -> "a" + i + ": " + field) + " }";
  }

  /** Each fragment spreads all that follow it: 44 of them in 1,000 selections. */
  private static String fragmentsOfAll(String type, String leaf) {
    return times(
        40,
        i ->
            "fragment f%d on %s { %s %s }"
                .formatted(i, type, leaf, times(39 - i, j -> "...f" + (i + 1 + j))));
  }

  private static String chain(int length, String type, IntFunction<String> body, String last) {
    return times(
        length,
        i ->
            "fragment c%d on %s { %s }"
                .formatted(i, type, i == length - 1 ? last : body.apply(i + 1)));
  }

  private static String nested(int times, String open, String leaf) {
    long braces = open.chars().filter(c -> c == '{').count();
    return open.repeat(times) + leaf + " }".repeat((int) braces * times);
  }

  static Stream<Hostile> hostile() {
    var all = new ArrayList<Hostile>();
    all.add(
        new Hostile(
            "fragments that nobody spreads",
            "{ __typename } " + fragmentsOfAll("Query", "__typename")));
    all.add(
        new Hostile(
            "fragments spread by each other",
            "{ ...f0 } " + fragmentsOfAll("Query", "__typename")));
    all.add(
        new Hostile(
            "fragments that double",
            "{ ...c0 } " + chain(60, "Query", i -> "...c" + i + " ...c" + i, "__typename")));
    all.add(
        new Hostile(
            "fragments of introspection that double, not spread",
            "{ __typename } "
                + chain(
                    40,
                    "__Type",
                    i -> "a: ofType { ...c" + i + " } b: ofType { ...c" + i + " }",
                    "name")));
    all.add(
        new Hostile(
            "fragments that double the same field, not spread",
            "{ __typename } "
                + chain(
                    40,
                    "__Type",
                    i -> "ofType { ...c" + i + " } ofType { ...c" + i + " }",
                    "name")));
    all.add(
        new Hostile(
            "fields that may conflict",
            "{ " + times(490, i -> "room(name: \"" + i + "\") { name }") + " }"));
    all.add(
        new Hostile("the same field again and again", "{ " + times(498, i -> "__typename") + " }"));
    all.add(
        new Hostile(
            "inline fragments that may conflict",
            "{ " + times(120, i -> "... on Query { series { nodes { name unit } } }") + " }"));
    all.add(
        new Hostile(
            "aliases of fields that are unknown", "{ " + times(1_200, i -> "a" + i) + " }"));
    all.add(
        new Hostile(
            "introspection in introspection",
            "{ __schema { types { " + nested(4, "fields { type { ", "name") + " } } }"));
    all.add(
        new Hostile(
            "introspection in introspection, of all lists",
            "{ __schema { types { "
                + nested(
                    3,
                    "fields { args { name } type { inputFields { name } enumValues { name } ",
                    "name")
                + " } } }"));
    all.add(
        new Hostile(
            "introspection by aliases",
            aliases(
                40,
                "__schema { types { name fields { name type { name ofType { name ofType { name } } } } } }")));
    all.add(
        new Hostile(
            "types by aliases",
            aliases(90, "__type(name: \"Query\") { fields { name args { name } } }")));
    all.add(
        new Hostile(
            "possible types",
            aliases(
                40,
                "__schema { types { possibleTypes { fields { type { fields { name } } } } } }")));
    all.add(
        new Hostile(
            "directives",
            "{ " + times(1, i -> "__typename") + times(2_000, i -> "@skip(if: false)") + " }"));
    all.add(
        new Hostile(
            "directives that are unknown", "{ __typename " + times(2_400, i -> "@a" + i) + " }"));
    all.add(
        new Hostile(
            "a list of literals",
            "{ statistics(series: [" + times(4_900, i -> "1") + "]) { count } }"));
    all.add(
        new Hostile(
            "nested lists",
            "{ statistics(series: " + "[".repeat(190) + "]".repeat(190) + ") { count } }"));
    all.add(
        new Hostile(
            "an object of literals",
            "mutation { appendChartData(id: 1, points: ["
                + times(600, i -> "{time: " + i + "}")
                + "]) { accepted } }"));
    all.add(
        new Hostile(
            "variables that are unused",
            "query(" + times(1_200, i -> "$v" + i + ": Int") + ") { __typename }"));
    all.add(
        new Hostile(
            "variables that are unknown",
            "{ " + times(480, i -> "a: room(name: $v" + i + ") { name }") + " }"));
    all.add(new Hostile("operations", times(990, i -> "query q" + i + " { __typename }")));
    all.add(new Hostile("operations of one name", times(990, i -> "query q { __typename }")));
    all.add(new Hostile("a long name", "{ " + "a".repeat(60_000) + " }"));
    all.add(
        new Hostile(
            "a long text", "{ room(name: \"" + "\\u0041".repeat(10_000) + "\") { name } }"));
    all.add(
        new Hostile(
            "a long number", "{ series(first: " + "9".repeat(60_000) + ") { nodes { name } } }"));
    all.add(
        new Hostile(
            "a long float", "{ series(first: 1e" + "9".repeat(9) + ") { nodes { name } } }"));
    all.add(new Hostile("only ignored characters", " ,".repeat(32_000) + "{ __typename }"));
    all.add(
        new Hostile(
            "a block text", "{ room(name: \"\"\"" + "\n a".repeat(20_000) + "\"\"\") { name } }"));
    for (var big : List.of("9".repeat(200_000), "1e999999999", "-1e-999999999"))
      all.add(
          new Hostile(
              "a variable " + big.substring(0, 5),
              new JsonObject()
                  .put("query", "query($v: Int) { series(first: $v) { nodes { name } } }")
                  .put(
                      "variables",
                      new JsonObject()
                          .put(
                              "v",
                              big.length() > 100 ? new BigInteger(big) : new BigDecimal(big)))));
    all.add(
        new Hostile(
            "a variable that is nested",
            new JsonObject()
                .put("query", "query($v: [ProductionPointInput!]!) { __typename }")
                .put(
                    "variables",
                    new JsonObject("{\"v\":" + "[".repeat(900) + "]".repeat(900) + "}"))));
    var points = new JsonArray();
    for (int i = 0; i < 10_000; i++) points.add(new JsonObject().put("time", "x"));
    all.add(
        new Hostile(
            "a variable of many wrong points",
            new JsonObject()
                .put(
                    "query",
                    "mutation($v: [ProductionPointInput!]!) { appendChartData(id: 1, points: $v) { accepted } }")
                .put("variables", new JsonObject().put("v", points))));
    var members = new JsonObject();
    for (int i = 0; i < 15_000; i++) members.put("m" + i, i);
    all.add(
        new Hostile(
            "a variable of many members",
            new JsonObject()
                .put(
                    "query",
                    "mutation($v: ProductionPointInput!) { appendChartData(id: 1, points: [$v]) { accepted } }")
                .put("variables", new JsonObject().put("v", members))));
    all.add(
        new Hostile(
            "many variables",
            new JsonObject().put("query", "{ __typename }").put("variables", members)));
    // Lists of data.
    var lists =
        Map.of(
            "measurements",
                "temperatureMeasurements(series: \"large\", after: \"2020-11-10T00:00:00Z\", first: 10000) { "
                    + times(90, i -> "t" + i + ": time")
                    + " }",
            "series",
                "series(pattern: \"#\", first: 1000) { nodes { "
                    + times(9, i -> "n" + i + ": name")
                    + " } edges { cursor node { name } } }",
            "rooms",
                "rooms(first: 100) { nodes { name sensors { name quantity current { value time } } } edges { node { name average { value } } } }",
            "factories",
                "factories(first: 1000) { nodes { id name } edges { node { id attainment } } totalCount }",
            "chart data", "factories(first: 500) { nodes { id chartData(limit: 100) { time } } }",
            "attainment",
                "factories(first: 1000) { nodes { a: attainment b: attainment c: attainment } }",
            "average",
                "rooms(first: 100) { nodes { "
                    + times(20, i -> "a" + i + ": average { value }")
                    + " } }",
            "sensors",
                "rooms(first: 100) { nodes { "
                    + times(20, i -> "a" + i + ": sensors { name current { value } }")
                    + " } }",
            "buckets",
                "series(pattern: \"large\") { nodes { buckets(width: \"PT1S\", from: \"2020-11-10T00:00:00Z\", to: \"2020-11-10T02:46:40Z\") { "
                    + times(90, i -> "t" + i + ": start")
                    + " } } }",
            "current",
                "series(pattern: \"room.#\", first: 1000) { nodes { "
                    + times(10, i -> "c" + i + ": current { value time series timestamp }")
                    + " } }");
    lists.forEach(
        (name, field) -> {
          all.add(new Hostile("a list of " + name, "{ " + field + " }"));
          all.add(new Hostile("lists of " + name, aliases(4, field)));
          all.add(new Hostile("many lists of " + name, aliases(9, field)));
        });
    // Fields that fail.
    all.add(
        new Hostile(
            "failing fields",
            "{ factories(first: 500) { nodes { "
                + times(90, i -> "a" + i + ": chartData(limit: -1) { time }")
                + " } } }"));
    all.add(
        new Hostile(
            "a text that resembles an error",
            "{ series(first: \"" + " with value '".repeat(4_500) + "\") { nodes { name } } }"));
    // Patterns.
    for (var pattern :
        List.of(
            "#.".repeat(120) + "#",
            "#.*.".repeat(60) + "x",
            "#.a.".repeat(60) + "b",
            "*.".repeat(120) + "#",
            "#.*.#.*.#.temperature.#.x"))
      all.add(
          new Hostile(
              "pattern " + pattern.substring(0, 6),
              "{ series(pattern: \""
                  + pattern
                  + "\") { nodes { name } } statistics(series: \""
                  + pattern
                  + "\") { count } }"));
    return all.stream();
  }

  /** By GET a document is as large as the first line of a request, and over websockets as any. */
  @Test
  void takesNoLongTurnByOtherWays() {
    var longest =
        turns.longestOf(
            () -> {
              try (var socket = SocketClient.modern(api)) {
                hostile().limit(20).forEach(one -> overSocket(socket, one));
              }
              hostile()
                  .map(one -> URLEncoder.encode(one.request.getString("query"), UTF_8))
                  .filter(query -> query.length() < 3_500)
                  .forEach(query -> api.get("/graphql?query=" + query));
            });
    assertThat(longest).isLessThan(LONGEST_TURN);
  }

  private static void overSocket(SocketClient socket, Hostile one) {
    socket.start("subscribe", "1", one.request.getString("query"));
    if (socket.next().getString("type").equals("next")) socket.expect("complete");
  }

  @Test
  void answersTheIntrospectionOfTools() {
    var deep = IntrospectionQueryBuilder.Options.defaultOptions().typeRefFragmentDepth(9);
    for (var query :
        List.of(IntrospectionQuery.INTROSPECTION_QUERY, IntrospectionQueryBuilder.build(deep))) {
      assertThat(api.data(query).getJsonObject("__schema").getJsonArray("types")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void takesNoLongTurn(Hostile hostile) {
    var answer = new ArrayList<String>();
    var longest =
        turns.longestOf(
            () -> answer.add(api.post(hostile.request.encode(), "application/json").body()));
    assertThat(answer.get(0)).doesNotContain("internal error");
    assertThat(longest).isLessThan(LONGEST_TURN);
  }
}
