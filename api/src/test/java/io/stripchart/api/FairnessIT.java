package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.RawConnection;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests of one client do not delay another, through the whole of the api. */
@Timeout(180)
class FairnessIT {
  private static final int READINGS = 150_000;
  private static final int SUBSCRIPTIONS = 100;
  private static final String WAITING_FOR_A_LOCK =
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  @Test
  void oneSocketOfManyRollingAveragesKeepsNoOtherClientWaiting() {
    RunningApi.migrate(database.uri());
    Seed.partitionAroundNow(database);
    var begin = Instant.now().minusSeconds(READINGS / 2).truncatedTo(ChronoUnit.SECONDS);
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.readings(database, "flood.a", begin.toString(), READINGS);
    Seed.readings(database, "quiet.a", "2020-11-10T00:00:00Z", READINGS);
    try (var api = new RunningApi(broker.uri(), database.uri());
        var flood = SocketClient.modern(api)) {
      api.data(question(0));
      var alone = slowest(api, 20);
      for (int i = 0; i < SUBSCRIPTIONS; i++) {
        // Each of them a window of its own, of which few fit into memory.
        flood.start(
            "subscribe",
            Integer.toString(i),
            "subscription { rollingAverage(series: \"flood.*\", window: \"PT%dS\", every:"
                    .formatted(360_000 + i)
                + " \"PT0.5S\") { count } }");
      }
      flood.event();
      var beside = slowest(api, 20);
      var floor = Duration.ofSeconds(1);
      var most = alone.multipliedBy(2).compareTo(floor) > 0 ? alone.multipliedBy(2) : floor;
      assertThat(beside).isLessThan(most);
    }
  }

  private static String question(int number) {
    return "{ statistics(series: \"quiet.*\", from: \"2020-11-10T00:00:00.%03dZ\") { count } }"
        .formatted(number);
  }

  private static Duration slowest(RunningApi api, int questions) {
    var slowest = Duration.ZERO;
    for (int i = 0; i < questions; i++) {
      long begin = System.nanoTime();
      api.data(question(i));
      var took = Duration.ofNanos(System.nanoTime() - begin);
      if (took.compareTo(slowest) > 0) slowest = took;
    }
    return slowest;
  }

  @Test
  void statementsThatWaitForAClosedClientAreNotSent() throws Exception {
    RunningApi.migrate(database.uri());
    var settings = new ApiSettings(0, "quiet.a", Duration.ofSeconds(60), 100, Set.of());
    try (var api = new RunningApi(settings, broker.uri(), database.uri());
        var lock = database.sql().connect()) {
      Seed.readings(database, "quiet.a", Instant.now().toString(), 0);
      api.data(question(0));
      lock.setAutoCommit(false);
      try (var statement = lock.createStatement()) {
        statement.execute("lock table reading in access exclusive mode");
      }
      long before = api.statements();
      var fields = new StringBuilder("{");
      for (int i = 0; i < 10; i++) {
        fields.append(" a").append(i).append(':').append(question(i).replaceAll("^\\{|}$", ""));
      }
      var body = new JsonObject().put("query", fields + "}").encode();
      try (var client = RawConnection.to(api.port())) {
        client.send(
            String.join(
                "\r\n",
                "POST /graphql HTTP/1.1",
                "Host: 127.0.0.1",
                "Content-Type: application/json",
                "Content-Length: " + body.length(),
                "",
                body));
        // Some of them run, and wait for the lock.
        await().until(() -> database.sql().number(WAITING_FOR_A_LOCK) > 0);
      }
      await().until(() -> api.statements() >= before + 6);
      lock.rollback();
    }
  }
}
