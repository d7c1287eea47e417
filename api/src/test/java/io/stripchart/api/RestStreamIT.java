package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.RawConnection;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams of a million rows to clients of every speed. */
@Timeout(180)
class RestStreamIT {
  private static final int READINGS = 1_000_000;

  /** More than the buffers of both ends of a connection hold, and much less than all. */
  private static final int MAX_UNDERWAY = 600_000;

  private static final String ALL = "/series/much/readings?format=csv";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2026-03-01", "2026-04-01");
    Seed.readings(database, "much", "2026-03-02T00:00:00Z", READINGS);
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @AfterEach
  void endsEachStream() {
    await().untilAsserted(() -> assertThat(gauge("streams")).isZero());
    assertThat(gauge("stream.rows.held")).isZero();
  }

  private static double gauge(String name) {
    return api.surroundings().metrics().get("stripchart.api." + name).gauge().value();
  }

  private static double taken() {
    return api.surroundings().metrics().get("stripchart.api.stream.rows").counter().count();
  }

  private static double requests(String outcome) {
    return api.surroundings()
        .metrics()
        .get("stripchart.api.rest.requests")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(api.uri(path)).build(), BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static void awaitStandstill() {
    var last = new AtomicLong(-1);
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(20))
        .until(() -> last.getAndSet((long) taken()) == (long) taken());
  }

  @Test
  void readsOnlyWhatASlowClientHasRoomFor() throws Exception {
    double before = taken();
    try (var lines = lines(open(ALL))) {
      assertThat(lines.readLine()).isEqualTo("time,value");
      var expected = Instant.parse("2026-03-02T00:00:00Z");
      for (int i = 0; i < READINGS; i++) {
        if (i % 250_000 == 1_000) {
          awaitStandstill();
          assertThat(taken() - before - i).isLessThan(MAX_UNDERWAY);
        }
        if (i % 1_000 == 0) assertThat(gauge("stream.rows.held")).isLessThanOrEqualTo(5_000);
        var line = lines.readLine();
        assertThat(line).isEqualTo(expected.toString().replace("Z", ".000000Z,") + (double) i);
        expected = expected.plusSeconds(1);
      }
      assertThat(lines.readLine()).isNull();
    }
    assertThat(taken() - before).isEqualTo(READINGS);
  }

  @Test
  void goesOnBehindWhatItGaveWhileReadingsArrive() throws Exception {
    Seed.readings(database, "growing", "2026-03-02T00:00:00Z", 500_000);
    var times = new ArrayList<String>();
    try (var lines = lines(open("/series/growing/readings?format=csv"))) {
      lines.readLine();
      times.add(lines.readLine());
      store("growing", "2026-03-02T00:00:00.5Z");
      store("growing", "2026-03-20T00:00:00Z");
      for (var line = lines.readLine(); line != null; line = lines.readLine()) times.add(line);
    }
    assertThat(times).hasSize(500_001).isSorted().doesNotHaveDuplicates();
    assertThat(times.get(500_000)).isEqualTo("2026-03-20T00:00:00.000000Z,77.0");
  }

  private static void store(String series, String time) {
    database.execute(
        "insert into reading select id, ?, 77 from series where name = ?",
        Instant.parse(time),
        series);
  }

  @Test
  void givesAsManyAsAreAskedFor() throws Exception {
    for (int count : new int[] {1, 4_999, 5_000, 5_001, 10_000}) {
      try (var lines = lines(open(ALL + "&first=" + count))) {
        assertThat(lines.lines().count()).isEqualTo(count + 1);
      }
    }
  }

  @Test
  @SuppressWarnings("try")
  void breaksTheConnectionWhereItCannotReadOn() throws Exception {
    double failed = requests("failed");
    try (var lines = lines(open(ALL))) {
      lines.readLine();
      awaitStandstill();
      try (var outage = database.stopped()) {
        assertThatThrownBy(() -> lines.lines().count()).hasRootCauseInstanceOf(IOException.class);
      }
    }
    await().untilAsserted(() -> assertThat(requests("failed")).isEqualTo(failed + 1));
  }

  @Test
  void stopsWhereTheClientGoesAway() throws Exception {
    double gone = requests("gone");
    double before = taken();
    try (var lines = lines(open(ALL))) {
      lines.readLine();
      awaitStandstill();
    }
    await().untilAsserted(() -> assertThat(requests("gone")).isEqualTo(gone + 1));
    assertThat(taken() - before).isLessThan(READINGS);
  }

  private static int status(RawConnection client) {
    return client
        .send("GET " + ALL + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        .readStatus();
  }

  @Test
  void refusesMoreStreamsThanItsLimitsAndLeavesOtherAddressesAShare() throws Exception {
    var streams = new ArrayList<RawConnection>();
    try {
      for (var address : List.of("127.0.0.1", "127.0.0.2")) {
        for (int i = 0; i < 16; i++) {
          streams.add(RawConnection.from(address, api.port()));
          assertThat(status(streams.get(streams.size() - 1))).isEqualTo(200);
        }
        try (var refused = RawConnection.from(address, api.port())) {
          assertThat(status(refused)).isEqualTo(503);
          assertThat(refused.readAll()).contains("at most " + (address.endsWith("1") ? 16 : 32));
        }
      }
      assertThat(open("/series/much/readings").statusCode()).isEqualTo(200);
    } finally {
      for (var stream : streams) stream.close();
    }
  }
}
