package io.stripchart.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(120)
class KillableDatabaseIT {
  @Test
  void keepsWhatWasCommitted() throws SQLException {
    try (var database = KillableDatabase.create();
        var connection = database.sql().connect()) {
      var uri = database.uri();
      database.sql().execute("create table kept as select 42 as value");
      try (var outage = database.killed()) {
        assertThat(connection.isValid(5)).isFalse();
        assertThatThrownBy(database.sql()::connect).isInstanceOf(SQLException.class);
      }
      assertThat(database.uri()).isEqualTo(uri);
      assertThat(database.sql().number("select value from kept")).isEqualTo(42);
    }
  }
}
