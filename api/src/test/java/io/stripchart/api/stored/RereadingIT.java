package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.TimeStretches;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much is read when a batch is read again. */
@Tag("brokerless")
@Timeout(60)
class RereadingIT {
  private static final Pattern REMOVED = Pattern.compile("Rows Removed by Filter: (\\d+)");

  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  /** A year of a reading every 5 minutes of two series. */
  @BeforeAll
  static void store() throws Exception {
    var vertx = Vertx.vertx();
    Database.migrate(vertx, DatabaseSettings.of(new Secret(database.directUri())))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    database.execute(
        "create table r19 partition of reading for values from ('2019-01-01+00') to ('2020-01-01+00')");
    database.execute(
        "create table r20 partition of reading for values from ('2020-01-01+00') to ('2021-01-01+00')");
    database.execute("insert into series (name) values ('a'), ('b')");
    database.execute(
        "insert into reading select id, '2019-06-01+00'::timestamptz + n * interval '5 min', n"
            + " from series, generate_series(0, 105000) n");
  }

  private static List<String> explain(TimeStretches times, long transaction) throws SQLException {
    try (var sql = database.sql().connect()) {
      run(sql, "set plan_cache_mode = force_generic_plan");
      run(sql, "set enable_seqscan = off");
      run(sql, "prepare reread as " + StreamQueries.OF_TRANSACTIONS);
      var arguments =
          "'{1,2}', '2019-06-01+00', 0, %s, %s, 1000, array['%s'], '%s', '%s'"
              .formatted(
                  array(times.firsts()),
                  array(times.lasts()),
                  Snapshot.rowXmin(transaction),
                  Arrays.stream(times.firsts()).min(OffsetDateTime::compareTo).orElseThrow(),
                  Arrays.stream(times.lasts()).max(OffsetDateTime::compareTo).orElseThrow());
      var lines = new ArrayList<String>();
      try (var statement = sql.createStatement();
          var rows =
              statement.executeQuery(
                  "explain (analyze, timing off) execute reread(" + arguments + ")")) {
        while (rows.next()) lines.add(rows.getString(1));
      }
      return lines;
    }
  }

  private static String array(OffsetDateTime[] times) {
    return Arrays.stream(times)
        .map(OffsetDateTime::toString)
        .collect(Collectors.joining(",", "'{", "}'"));
  }

  private static void run(Connection sql, String command) throws SQLException {
    try (var statement = sql.createStatement()) {
      statement.execute(command);
    }
  }

  private static long removed(List<String> plan) {
    return plan.stream()
        .flatMap(line -> REMOVED.matcher(line).results())
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  @Test
  void doesNotReadTheYearBetweenALateReadingAndTheOthers() throws Exception {
    var late = new Reading("a", Instant.parse("2019-06-02T00:00:01Z"), 1);
    var usual = new Reading("b", Instant.parse("2020-05-01T00:00:01Z"), 1);
    var times = TimeStretches.of(List.of(late, usual));
    long transaction =
        database.number(
            "with put as (insert into reading select id, case name when 'a' then timestamptz"
                + " '2019-06-02 00:00:01+00' else timestamptz '2020-05-01 00:00:01+00' end, 1"
                + " from series returning 1)"
                + " select pg_current_xact_id()::text::bigint from put limit 1");
    var plan = explain(times, transaction);
    assertThat(plan)
        .as("%s", String.join("\n", plan))
        .anyMatch(line -> line.contains("actual rows=2"));
    assertThat(removed(plan)).as("%s", String.join("\n", plan)).isLessThan(10);
    // The test could tell: as one range, all of it is read.
    var one =
        TimeStretches.between(ReadingTime.micros(late.time()), ReadingTime.micros(usual.time()));
    assertThat(removed(explain(one, transaction))).isGreaterThan(100_000);
  }
}
