package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What api stamps never meets an earlier stamp: such a reading would not be stored. */
@Timeout(120)
class RecordStampsIT {
  private static final Clock STANDING =
      Clock.fixed(Instant.parse("2026-11-21T02:41:48.123456Z"), ZoneOffset.UTC);

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private final Set<String> times = new HashSet<>();

  private RunningApi started() {
    return new RunningApi(broker.uri(), database.uri(), STANDING);
  }

  /** At once after the start too, when no times are reserved yet. */
  private void record(RunningApi api, int count) {
    for (int i = 0; i < count; i++) {
      var recorded = api.data("mutation { record(series: \"a\", value: 1) { time } }");
      assertThat(times.add(recorded.getJsonObject("record").getString("time"))).isTrue();
    }
  }

  @Test
  void givesNoTimeAgainAfterARestartWithTheClockSetBack() {
    for (int start = 0; start < 2; start++) {
      try (var api = started()) {
        record(api, 20);
      }
    }
  }

  @Test
  void givesNoTimeThatAnotherProcessGives() {
    try (var one = started();
        var other = started()) {
      record(one, 20);
      record(other, 20);
      record(one, 20);
    }
  }

  /** There are few shares of times, and most processes record nothing. */
  @Test
  void reservesNoTimesUntilAReadingWithoutATimeIsRecorded() throws Exception {
    try (var api = started()) {
      var given =
          "mutation { record(series: \"a\", value: 1, time: \"2026-11-20T00:00:00Z\") { time } }";
      assertThat(api.data(given).getJsonObject("record")).isNotNull();
      assertThat(hasLedger()).isFalse();
      record(api, 1);
      assertThat(hasLedger()).isTrue();
    }
  }

  private boolean hasLedger() throws Exception {
    try (var connection = broker.connect()) {
      connection.createChannel().queueDeclarePassive("stripchart.clock");
      return true;
    } catch (IOException absent) {
      return false;
    }
  }
}
