package io.stripchart.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.stripchart.testing.ChildProcess;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Dead letters, from their death to their second life. */
@Timeout(180)
class DeadIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String READINGS = "stripchart.readings";
  private static final String DEAD = "stripchart.dead";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningMain main;
  private Connection connection;
  private Channel channel;

  @BeforeAll
  static void start() {
    main = RunningMain.with(settings("persist"));
  }

  @AfterAll
  static void stop() {
    if (main != null) main.close();
  }

  @BeforeEach
  void connect() throws IOException {
    connection = broker.connect();
    channel = connection.createChannel();
    await().atMost(60, SECONDS).ignoreExceptions().until(this::isDeclared);
    channel.queuePurge(DEAD);
  }

  @AfterEach
  void disconnect() throws IOException {
    connection.close();
  }

  private boolean isDeclared() throws IOException {
    if (!channel.isOpen()) channel = connection.createChannel();
    channel.queueDeclarePassive(DEAD);
    return true;
  }

  private static Map<String, String> settings(String roles) {
    return Map.of(
        "STRIPCHART_ROLES", roles,
        "STRIPCHART_AMQP_URI", broker.uri(),
        "STRIPCHART_DATABASE_URI", database.uri());
  }

  private static ChildProcess dead(String... arguments) {
    var all = new ArrayList<>(List.of("dead"));
    all.addAll(List.of(arguments));
    return ChildProcess.of(Main.class)
        .withEnvironment(settings("api"))
        .withArguments(all.toArray(String[]::new))
        .start();
  }

  private static void assertTold(int code, String line, String... arguments) {
    try (var process = dead(arguments)) {
      assertThat(process.awaitExit(LIMIT)).as(process.toString()).isEqualTo(code);
      process.awaitLine(Pattern.quote(line), LIMIT);
    }
  }

  private void publish(String key, String body, AMQP.BasicProperties properties)
      throws IOException {
    channel.basicPublish(READINGS, key, properties, body.getBytes(UTF_8));
  }

  private static AMQP.BasicProperties.Builder properties() {
    return new AMQP.BasicProperties.Builder();
  }

  private void awaitDead(int count) {
    await().atMost(30, SECONDS).until(() -> channel.messageCount(DEAD) == count);
  }

  private static List<List<Object>> stored(String series) {
    return database.query(
        "select time, value from reading join series on id = series_id where name = '"
            + series
            + "' order by time");
  }

  @Test
  void keepsWhatThePublisherSaidAndStoresItAtItsTime() throws IOException {
    var time = Instant.parse("2026-01-01T00:00:00.123Z");
    var given =
        properties()
            .timestamp(Date.from(Instant.parse("2026-01-01T00:00:00Z")))
            .headers(Map.of("timestamp_in_ms", time.toEpochMilli(), "device", "d7"))
            .contentEncoding("identity")
            .contentType("text/plain")
            .correlationId("c")
            .replyTo("r")
            .messageId("m")
            .type("t")
            .priority(3)
            .appId("their app")
            .build();
    publish("dead 1", "21.5", given);
    awaitDead(1);
    var letter = channel.basicGet(DEAD, false);
    var kept = letter.getProps();
    assertThat(kept.getTimestamp()).isEqualTo(given.getTimestamp());
    assertThat(kept.getContentEncoding()).isEqualTo("identity");
    assertThat(kept.getContentType()).isEqualTo("text/plain");
    assertThat(kept.getCorrelationId()).isEqualTo("c");
    assertThat(kept.getReplyTo()).isEqualTo("r");
    assertThat(kept.getMessageId()).isEqualTo("m");
    assertThat(kept.getType()).isEqualTo("t");
    assertThat(kept.getAppId()).isEqualTo("their app");
    assertThat(kept.getExpiration()).isNull();
    assertThat(kept.getDeliveryMode()).isEqualTo(2);
    assertThat(kept.getHeaders().get("device")).hasToString("d7");
    assertThat(kept.getHeaders().get("timestamp_in_ms")).isEqualTo(time.toEpochMilli());
    assertThat(kept.getHeaders().get("x-stripchart-routing-key")).hasToString("dead 1");
    channel.basicNack(letter.getEnvelope().getDeliveryTag(), false, true);

    assertTold(
        0, "1 dead letter published again", "republish", "--reason", "CHARACTER", "--as", "d.1");
    await().atMost(30, SECONDS).until(() -> stored("d.1").size() == 1);
    assertThat(stored("d.1").get(0)).contains(21.5);
    assertThat(stored("d.1").get(0).toString()).contains("00:00:00.123");
    assertThat(channel.messageCount(DEAD)).isZero();
  }

  @Test
  void givesAReadingWithoutATimeThatOfItsFirstArrival() throws IOException {
    var before = Instant.now().truncatedTo(ChronoUnit.MICROS);
    publish("d..2", "[1, 2]", properties().build());
    awaitDead(1);
    var after = Instant.now();
    var letter = channel.basicGet(DEAD, false);
    var arrived =
        Instant.parse(letter.getProps().getHeaders().get("x-stripchart-arrived").toString());
    assertThat(arrived).isBetween(before, after);
    channel.basicNack(letter.getEnvelope().getDeliveryTag(), false, true);

    assertTold(
        0, "1 dead letter published again", "republish", "--routing-key", "d..2", "--as", "d.2");
    await().atMost(30, SECONDS).until(() -> stored("d.2").size() == 2);
    var times =
        database.query(
            "select (extract(epoch from time) * 1000000)::int8 from reading join series"
                + " on id = series_id where name = 'd.2' order by time");
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, arrived);
    assertThat(times).containsExactly(List.of(micros), List.of(micros + 20));
  }

  @Test
  void republishesAndDropsWhatTheFiltersSay() throws IOException {
    publish("d.3.a", "{\"value\":1,\"time\":\"2099-01-01T00:00:00Z\"}", properties().build());
    publish("d.3.b", "NaN", properties().build());
    publish("d.3.c", "NaN", properties().build());
    publish("d.4", "NaN", properties().build());
    awaitDead(4);

    assertTold(
        0, "  3  malformed: body: is not JSON, which has no NaN; a value must be finite", "list");
    assertTold(0, "2 dead letters", "list", "--series", "d.3.*", "--reason", "nan");
    assertTold(0, "1 dead letter would be deleted", "drop", "--series", "d.4", "--dry-run");
    awaitDead(4);
    assertTold(0, "1 dead letter deleted", "drop", "--reason", "not JSON", "--limit", "1");
    awaitDead(3);
    // It dies again, of the same: nothing is lost, and the first arrival stays.
    assertTold(0, "1 dead letter published again", "republish", "--reason", "5 minutes ahead");
    awaitDead(3);
    assertTold(0, "3 dead letters deleted", "drop", "--all");
    awaitDead(0);
  }

  @Test
  void matchesACauseAndSaysWhichReasonsThereAre() throws IOException {
    publish("d..7", "1", properties().build());
    publish("d.7", "NaN", properties().build());
    awaitDead(2);
    assertTold(0, "2 dead letters", "list", "--reason", "MALFORMED");
    assertTold(0, "0 dead letters", "list", "--reason", "series_limit");
    assertTold(
        0,
        "no dead letter matches; the reasons of those that there are:",
        "drop",
        "--reason",
        "nothing of the kind");
    assertTold(
        0,
        "  1  malformed: body: is not JSON, which has no NaN; a value must be finite",
        "republish",
        "--reason",
        "nothing of the kind");
    awaitDead(2);
  }

  @Test
  void leavesALetterThatIsNotWhole() throws IOException {
    // As a consumer of ours leaves a message above 16 MiB.
    var shortened = properties().headers(Map.of("x-stripchart-full-size", 16_777_217L)).build();
    channel.basicPublish("", DEAD, shortened, "1".repeat(65_536).getBytes(UTF_8));
    publish("d.8", "NaN", properties().build());
    awaitDead(2);
    assertTold(3, "1 dead letter not whole, left in the queue", "republish", "--dry-run");
    assertTold(
        3,
        "stripchart.dead: of 16,777,217 bytes only the first 65,536 are there; send it again in"
            + " parts, or drop it",
        "republish");
    awaitDead(2);
    assertTold(3, "1 dead letter published again", "republish");
    awaitDead(2);
  }

  @Test
  void leavesALetterThatIsTooLargeToBeReadWhole() throws IOException {
    // The embedded broker takes no such message.
    assumeThat(TestBroker.hasPolicies()).isTrue();
    var body = "1".repeat((16 << 20) + 1).getBytes(UTF_8);
    channel.basicPublish("", DEAD, properties().build(), body);
    awaitDead(1);
    assertTold(3, "1 dead letter not whole, left in the queue", "republish", "--as", "d.10");
    assertThat(channel.basicGet(DEAD, true).getBody()).isEqualTo(body);
  }

  @Test
  void losesNothingWhenItIsKilledOnTheWay() throws IOException {
    int letters = 10_000;
    for (int i = 0; i < letters; i++) {
      var time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i);
      var body = "{\"value\": %d, \"time\": \"%s\"}".formatted(i, time);
      channel.basicPublish("", DEAD, properties().build(), body.getBytes(UTF_8));
    }
    awaitDead(letters);
    try (var process = dead("republish", "--as", "d.9")) {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !stored("d.9").isEmpty());
      process.kill9();
    }
    await().atMost(LIMIT).until(() -> channel.messageCount(DEAD) > 0);
    assertTold(0, "published again", "republish", "--as", "d.9");
    await().atMost(LIMIT).until(() -> stored("d.9").size() == letters);
    // Letters that the killed process had taken may come back after the others were read.
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              assertTold(0, "published again", "republish", "--as", "d.9");
              return channel.messageCount(DEAD) == 0;
            });
    assertThat(
            database.query(
                "select sum(value) from reading join series on id = series_id"
                    + " where name = 'd.9'"))
        .isEqualTo(List.of(List.of(letters * (letters - 1) / 2.0)));
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    publish("d..5", "1", properties().build());
    awaitDead(1);
    assertTold(2, "drop: say which ones", "drop");
    assertTold(2, "--series: pattern \"a..b\": empty word", "list", "--series", "a..b");
    assertTold(2, "--limit: must be 1 or more", "list", "--limit", "0");
    assertTold(2, "--as: series \"x y\"", "republish", "--as", "x y");
    assertTold(2, "Usage: dead", "bury");
    awaitDead(1);
  }
}
