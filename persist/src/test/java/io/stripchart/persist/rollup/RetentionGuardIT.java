package io.stripchart.persist.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(120)
class RetentionGuardIT {
  private static final Duration MONTH = Duration.ofDays(30);

  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RollupMetrics metrics = new RollupMetrics(registry, Clock.systemUTC());
  private final Adjustable clock = new Adjustable();
  private final RetentionGuard guard = new RetentionGuard(metrics, clock, () -> clock.nanos);
  private Rollups rollups;
  private Retention retention;

  /** A clock that can be set, and a monotonic one. */
  private static final class Adjustable extends Clock {
    private Duration ahead = Duration.ZERO;
    private long nanos;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void open() {
    rollups = new Rollups(database);
    retention =
        new Retention(new Turn(rollups.pool), Optional.of(MONTH), metrics, Optional.of(guard));
  }

  @AfterEach
  void close() {
    rollups.close();
  }

  private void store(int... daysAgo) {
    var now = Instant.now();
    rollups
        .writer()
        .stored(
            IntStream.of(daysAgo)
                .mapToObj(days -> new Reading("room.0", now.minus(Duration.ofDays(days)), days))
                .toList());
  }

  private void run() {
    Rollups.await(retention.run());
  }

  private List<List<Object>> left() {
    return database.query("select value::int from reading order by 1");
  }

  private double isHeldBack() {
    return registry.get("stripchart.retention.held.back").gauge().value();
  }

  @Test
  void dropsWhatIsTooOldByAllClocks() {
    store(0, 10, 40, 50);
    run();
    assertThat(left()).containsExactly(List.of(0), List.of(10));
    assertThat(guard.heldBack()).isEmpty();
    assertThat(isHeldBack()).isZero();
  }

  @Test
  void dropsNothingWhileTheClocksDisagree() {
    store(0, 10, 40);
    // To this process the database's clock is a year ahead.
    clock.ahead = Duration.ofDays(-365);
    run();
    assertThat(left()).hasSize(3);
    assertThat(guard.heldBack().orElseThrow()).contains("ahead of this process");
    assertThat(isHeldBack()).isEqualTo(1);
    clock.ahead = Duration.ofDays(365);
    run();
    assertThat(left()).hasSize(3);
    assertThat(guard.heldBack().orElseThrow()).contains("behind this process");
  }

  @Test
  void dropsNothingForAnHourAfterAClockWasSet() {
    store(0, 10, 40);
    clock.ahead = Duration.ofDays(-365);
    run();
    clock.ahead = Duration.ZERO;
    run();
    assertThat(guard.heldBack().orElseThrow()).contains("was set");
    assertThat(left()).hasSize(3);
  }

  @Test
  void dropsNothingWhereNoReadingConfirmsTheClocks() {
    store(360, 370, 380);
    run();
    assertThat(left()).hasSize(3);
    assertThat(guard.heldBack().orElseThrow()).contains("no reading is as new as");
    store(0);
    run();
    assertThat(left()).containsExactly(List.of(0));
  }

  @Test
  void dropsSomePartitionsAnHour() {
    store(0, 40, 41, 42, 43, 44, 45, 46);
    run();
    assertThat(metrics.dropped.count()).isEqualTo(4);
    assertThat(left()).containsExactly(List.of(0), List.of(40), List.of(41), List.of(42));
    assertThat(guard.heldBack().orElseThrow()).contains("in an hour");
    run();
    assertThat(metrics.dropped.count()).isEqualTo(4);
    database.execute("update dropped_partition set dropped_at = now() - interval '61 minutes'");
    run();
    assertThat(left()).containsExactly(List.of(0));
  }
}
