package io.stripchart.embedded;

import static io.stripchart.embedded.Jdbc.ask;
import static io.stripchart.embedded.Jdbc.connect;
import static io.stripchart.embedded.Jdbc.execute;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** State of a database after its server, its process or the machine ended. */
@Tag("brokerless")
@Timeout(240)
class DatabaseRestartIT {
  @TempDir Path folder;

  @Test
  void keepsItsDataAcrossRestarts() throws Exception {
    var config = EmbeddedDatabase.Config.durable(folder);
    String uri;
    try (var database = EmbeddedDatabase.start(config)) {
      uri = database.uri();
      execute(uri, "create table kept as select 42 as value");
    }
    assertThatThrownBy(() -> connect(uri)).isInstanceOf(SQLException.class);
    try (var database = EmbeddedDatabase.start(config)) {
      assertThat(ask(database.uri(), "select value from kept")).isEqualTo("42");
    }
  }

  @Test
  void keepsWhatWasCommittedWhenItIsKilled() throws Exception {
    var config = EmbeddedDatabase.Config.durable(folder);
    var database = EmbeddedDatabase.start(config);
    execute(database.uri(), "create table kept as select 42 as value");
    try (var idle = connect(database.uri())) {
      database.kill();
      assertThatThrownBy(() -> connect(database.uri())).isInstanceOf(SQLException.class);
      assertThat(idle.isValid(1)).isFalse();
    }
    database.close();
    try (var again = EmbeddedDatabase.start(config.withPort(database.port()))) {
      assertThat(again.uri()).isEqualTo(database.uri());
      assertThat(ask(again.uri(), "select value from kept")).isEqualTo("42");
    }
  }

  @Test
  void startsAgainAServerThatDiesEachTimeThatItDies() throws Exception {
    try (var database = EmbeddedDatabase.start(EmbeddedDatabase.Config.durable(folder))) {
      execute(database.uri(), "create table kept as select 42 as value");
      for (int death = 0; death < 3; death++) {
        var killed = server();
        killed.destroyForcibly();
        killed.onExit().get(30, SECONDS);
        awaitUntil(() -> database.problem().isPresent() || !server().equals(killed));
        awaitUntil(() -> database.problem().isEmpty() && !server().equals(killed));
        assertThat(ask(database.uri(), "select value from kept")).isEqualTo("42");
      }
    }
    assertThat(folder.resolve("data").resolve("postmaster.pid")).doesNotExist();
  }

  @Test
  void saysThatItCannotBeStartedAgainAndMakesNoNewData() throws Exception {
    var moved = folder.resolve("moved");
    try (var database = EmbeddedDatabase.start(EmbeddedDatabase.Config.durable(folder))) {
      execute(database.uri(), "create table kept as select 42 as value");
      var data = folder.resolve("data");
      var killed = server();
      Files.move(data, moved);
      killed.destroyForcibly();
      awaitUntil(() -> database.problem().filter(told -> told.contains("gone")).isPresent());
      assertThat(data).doesNotExist();
      Files.move(moved, data);
      awaitUntil(() -> database.problem().isEmpty());
      assertThat(ask(database.uri(), "select value from kept")).isEqualTo("42");
    }
  }

  private ProcessHandle server() throws IOException {
    return PostgresProcess.runningOn(folder.resolve("data"))
        .map(PostgresProcess::postmaster)
        .orElse(ProcessHandle.current());
  }

  private static void awaitUntil(Callable<Boolean> condition) {
    await().atMost(60, SECONDS).until(condition);
  }

  @Test
  void adoptsTheServerOfAKilledProcess() throws Exception {
    try (var child = Child.start(DatabaseChild.class, folder)) {
      execute(child.uri(), "create table kept as select 42 as value");
      var started = ask(child.uri(), "select pg_postmaster_start_time()");
      child.kill9();
      try (var database = EmbeddedDatabase.start(EmbeddedDatabase.Config.durable(folder))) {
        assertThat(database.uri()).isEqualTo(child.uri());
        assertThat(ask(database.uri(), "select value from kept")).isEqualTo("42");
        assertThat(ask(database.uri(), "select pg_postmaster_start_time()")).isEqualTo(started);
      }
      assertThatThrownBy(() -> connect(child.uri())).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void movesTheServerOfAKilledProcessToThePortThatIsWanted() throws Exception {
    try (var child = Child.start(DatabaseChild.class, folder)) {
      execute(child.uri(), "create table kept as select 42 as value");
      child.kill9();
      var config = EmbeddedDatabase.Config.durable(folder).withPort(LocalPort.findFree());
      try (var database = EmbeddedDatabase.start(config)) {
        assertThat(database.port()).isEqualTo(config.port());
        assertThat(ask(database.uri(), "select value from kept")).isEqualTo("42");
      }
    }
  }

  @Test
  void startsThoughAnotherProgramHasTheProcessIdThatACrashLeft() throws Exception {
    var config = EmbeddedDatabase.Config.durable(folder);
    var database = EmbeddedDatabase.start(config);
    database.kill();
    var pidFile = folder.resolve("data").resolve("postmaster.pid");
    var lines = Files.readAllLines(pidFile);
    lines.set(0, Long.toString(ProcessHandle.current().pid()));
    Files.write(pidFile, lines);
    try (var again = EmbeddedDatabase.start(config)) {
      assertThat(ask(again.uri(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void clearsAwayTheTemporaryOneOfAKilledProcess() throws Exception {
    try (var child = Child.start(DatabaseChild.class)) {
      var data = ask(child.uri(), "show data_directory");
      child.kill9();
      EmbeddedDatabase.start(EmbeddedDatabase.Config.temporary()).close();
      assertThat(Path.of(data)).doesNotExist();
      assertThatThrownBy(() -> connect(child.uri())).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void saysWhatTheServerSaidWhenItCannotStart() throws Exception {
    var config = EmbeddedDatabase.Config.durable(folder);
    EmbeddedDatabase.start(config).close();
    Files.writeString(folder.resolve("data").resolve("PG_VERSION"), "9\n");
    assertThatThrownBy(() -> EmbeddedDatabase.start(config))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("version 9");
  }
}
