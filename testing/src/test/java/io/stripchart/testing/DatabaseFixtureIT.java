package io.stripchart.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(120)
class DatabaseFixtureIT {
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  @RegisterExtension final TestDatabase another = TestDatabase.create();

  @Test
  void keepsDatabasesApart() {
    database.execute("create table only_here ()");
    assertThat(count("only_here", database)).isEqualTo(1);
    assertThat(count("only_here", another)).isZero();
  }

  private static long count(String table, TestDatabase in) {
    return in.number("select count(*) from pg_tables where tablename = ?", table);
  }

  @Test
  void givesValuesAsATestWantsThem() {
    var time = Instant.parse("2026-11-21T02:41:48.123456Z");
    var rows = database.query("select ?::timestamptz, 21.5::float8, null, '{1,2}'::int[]", time);
    assertThat(rows).containsExactly(Arrays.asList(time, 21.5, null, List.of(1, 2)));
  }

  @Test
  void tellsHowManyRowsChanged() {
    database.execute("create table counted as select generate_series(1, 5) as value");
    assertThat(database.execute("delete from counted where value > ?", 2)).isEqualTo(3);
    assertThat(database.number("select count(*) from counted")).isEqualTo(2);
  }

  @Test
  void namesTheStatementThatFailed() {
    assertThatThrownBy(() -> database.execute("select from nowhere"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("select from nowhere");
    assertThatThrownBy(() -> database.number("select 1 where false"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0 found");
  }

  @Test
  void outlivesAStopForThoseWhoConnectDirectly() throws SQLException {
    var linked = new Sql(database.uri());
    try (var connection = linked.connect()) {
      try (var outage = database.stopped()) {
        assertThat(connection.isValid(5)).isFalse();
        assertThatThrownBy(linked::connect).isInstanceOf(SQLException.class);
        assertThat(database.number("select 1")).isEqualTo(1);
      }
      assertThat(linked.number("select 1")).isEqualTo(1);
    }
  }

  @Test
  void cutsAConnection() throws SQLException {
    try (var connection = new Sql(database.uri()).connect()) {
      database.cut();
      assertThat(connection.isValid(5)).isFalse();
    }
  }

  @Test
  void answersNothingWhileItIsFrozen() throws Exception {
    var linked = new Sql(database.uri());
    Thread asking;
    try (var outage = database.frozen()) {
      asking = LinkedConnection.thread("asking", () -> linked.number("select 1"));
      asking.start();
      asking.join(500);
      assertThat(asking.isAlive()).isTrue();
    }
    asking.join();
  }
}
