package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class MissedBatchesIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  @RegisterExtension static final LiveApi live = LiveApi.create();

  private static List<Double> values(SocketClient client, int count) {
    var values = new ArrayList<Double>();
    for (int i = 0; i < count; i++) values.add(LiveApi.value(client));
    return values;
  }

  @Test
  void findsABatchWhoseAnnouncementWasLost() {
    try (var client = live.follow("series: \"torn\"")) {
      live.stored().tell(new Reading("torn", TIME, 1));
      live.stored().lose(new Reading("torn", TIME.plusSeconds(1), 2), new Reading("else", TIME, 0));
      double before = live.counter("live.recovered");
      live.stored().tell(new Reading("torn", TIME.plusSeconds(2), 3));
      assertThat(values(client, 3)).containsExactlyInAnyOrder(1.0, 2.0, 3.0);
      assertThat(live.counter("live.recovered")).isGreaterThanOrEqualTo(before + 1);
      assertThat(client.isSilent()).isTrue();
    }
  }

  @Test
  void findsWhatWasStoredWhileTheBrokerWasAway() {
    try (var client = live.follow("series: \"cut\"")) {
      try (var outage = live.broker().stopped()) {
        assertThat(outage).isNotNull();
        live.stored().tell(new Reading("cut", TIME, 1));
        live.stored().tell(new Reading("cut", TIME.plusSeconds(1), 2));
      }
      assertThat(values(client, 2)).containsExactly(1.0, 2.0);
      live.stored().tell(new Reading("cut", TIME.plusSeconds(2), 3));
      assertThat(values(client, 1)).containsExactly(3.0);
    }
  }

  @Test
  void findsWhatAProcessStoredThatItNeverHeardOf() {
    try (var dies = new StoredFeed(live.broker(), live.database());
        var client = live.follow("series: \"late\"")) {
      dies.lose(new Reading("late", TIME, 1));
      live.stored().leaveHole();
      assertThat(values(client, 1)).containsExactly(1.0);
    }
  }

  @Test
  void takesTheFirstBatchThatItHearsOfForALateOne() {
    try (var late = new StoredFeed(live.broker(), live.database());
        var client = live.follow("series: \"first\"")) {
      late.lose(new Reading("first", TIME, 1));
      late.lose(new Reading("first", TIME.plusSeconds(1), 2));
      late.tell(new Reading("first", TIME.plusSeconds(2), 3));
      assertThat(values(client, 3)).containsExactlyInAnyOrder(1.0, 2.0, 3.0);
    }
  }

  @Test
  void tellsABatchOnceThatIsAnnouncedTwice() {
    try (var client = live.follow("series: \"twice\"")) {
      var batch = live.stored().store(List.of(new Reading("twice", TIME, 1)));
      live.stored().announce(batch);
      live.stored().announce(batch);
      live.stored().tell(new Reading("twice", TIME.plusSeconds(1), 2));
      assertThat(values(client, 2)).containsExactly(1.0, 2.0);
    }
  }

  @Test
  void tellsABatchOnceWhoseAnnouncementComesAfterItWasFound() {
    try (var client = live.follow("series: \"slow\"")) {
      var batch = live.stored().store(List.of(new Reading("slow", TIME, 1)));
      live.stored().leaveHole();
      assertThat(values(client, 1)).containsExactly(1.0);
      live.stored().announce(batch);
      live.stored().tell(new Reading("slow", TIME.plusSeconds(1), 2));
      assertThat(values(client, 1)).containsExactly(2.0);
    }
  }

  @Test
  void looksAgainOnceTheDatabaseIsBack() {
    try (var client = live.follow("series: \"both\"")) {
      live.stored().lose(new Reading("both", TIME, 1));
      try (var outage = live.database().stopped()) {
        assertThat(outage).isNotNull();
        live.stored().tell(new Reading("both", TIME.plusSeconds(1), 2));
        assertThat(values(client, 1)).containsExactly(2.0);
      }
      assertThat(values(client, 1)).containsExactly(1.0);
    }
  }
}
