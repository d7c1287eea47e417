package io.stripchart.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What persist stamps never meets an earlier stamp: such a reading would not be stored. */
@Timeout(120)
class ArrivalStampsIT {
  private static final Clock STANDING =
      Clock.fixed(Instant.parse("2026-11-21T02:41:48.123456Z"), ZoneOffset.UTC);

  private static final Duration LONG = Duration.ofSeconds(30);

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private Persisting persisting;

  @BeforeEach
  void start() throws Exception {
    persisting = new Persisting(broker, database);
  }

  @AfterEach
  void stop() throws Exception {
    persisting.close();
  }

  private String deploy() throws Exception {
    var health = new Health();
    // So few that two processes share what is published.
    var few = new PersistSettings(10, 5, 7, Duration.ofSeconds(5), Persisting.settings().rollup());
    var id =
        persisting.deploy(few, DatabaseSettings.of(new Secret(database.uri())), health, STANDING);
    await().atMost(LONG).until(() -> health.report().values().stream().allMatch(Optional::isEmpty));
    return id;
  }

  private void publish(int messages) throws Exception {
    for (int i = 0; i < messages; i++) persisting.publish("room.1", "[1,2]");
    persisting.confirmed();
  }

  private void awaitStored(long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(database.number("select count(*) from reading")).isEqualTo(count));
    assertThat(persisting.counted("stripchart.readings.conflicting")).isZero();
    assertThat(persisting.counted("stripchart.readings.duplicate")).isZero();
  }

  @Test
  void givesNoTimeAgainAfterARestartWithTheClockSetBack() throws Exception {
    var first = deploy();
    publish(50);
    awaitStored(100);
    persisting.undeploy(first);
    var unused = deploy();
    publish(50);
    awaitStored(200);
  }

  @Test
  void givesNoTimeThatAnotherProcessGives() throws Exception {
    var one = deploy();
    var other = deploy();
    assertThat(one).isNotEqualTo(other);
    publish(200);
    awaitStored(400);
  }

  @Test
  void storesADeadLetterThatIsPublishedTwiceOnce() throws Exception {
    var unused = deploy();
    var arrived = Map.<String, Object>of("x-stripchart-arrived", "2026-11-21T02:41:40.000007Z");
    var properties = new AMQP.BasicProperties.Builder().headers(arrived).build();
    for (int i = 0; i < 2; i++) persisting.publish("room.1", "[1,2]".getBytes(UTF_8), properties);
    persisting.confirmed();
    await().atMost(LONG).until(() -> persisting.counted("stripchart.readings.duplicate") == 2);
    assertThat(database.number("select count(*) from reading")).isEqualTo(2);
  }
}
