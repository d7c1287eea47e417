package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests of one client do not delay another, through the whole of the api. */
@Timeout(180)
class FairnessIT {
  private static final int READINGS = 150_000;
  private static final int SUBSCRIPTIONS = 100;

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
}
