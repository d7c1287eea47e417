package io.stripchart.embedded;

import static io.stripchart.embedded.Jdbc.ask;
import static io.stripchart.embedded.Jdbc.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("brokerless")
@Timeout(120)
class EmbeddedDatabaseIT {
  @TempDir private static Path folder;
  private static EmbeddedDatabase database;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.start(EmbeddedDatabase.Config.durable(folder));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void commitsDurablyAndListensNowhereElse() throws SQLException {
    assertThat(ask(database.uri(), "show fsync")).isEqualTo("on");
    assertThat(ask(database.uri(), "show synchronous_commit")).isEqualTo("on");
    assertThat(ask(database.uri(), "show full_page_writes")).isEqualTo("on");
    assertThat(ask(database.uri(), "show data_checksums")).isEqualTo("on");
    assertThat(ask(database.uri(), "show listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(ask(database.uri(), "show unix_socket_directories")).isEmpty();
    assertThat(ask(database.uri(), "show server_version")).startsWith("17.");
  }

  @Test
  void sortsByBytes() throws SQLException {
    assertThat(ask(database.uri(), "select 'a' < 'B'")).isEqualTo("f");
    assertThat(ask(database.uri(), "show server_encoding")).isEqualTo("UTF8");
  }

  @Test
  void wantsItsPassword() throws Exception {
    var guessed = database.uri().replaceFirst(":[0-9a-f]{32}@", ":guessed@");
    assertThat(guessed).isNotEqualTo(database.uri());
    assertThatThrownBy(() -> connect(guessed)).hasMessageContaining("password authentication");
    assertThat(Files.getPosixFilePermissions(folder.resolve("password")))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
  }

  @Test
  void reachesOtherDatabasesOfTheServer() throws SQLException {
    assertThat(ask(database.uri("postgres"), "select current_database()")).isEqualTo("postgres");
  }

  @Test
  void namesThePortThatIsTaken(@TempDir Path another) {
    var config = EmbeddedDatabase.Config.durable(another).withPort(database.port());
    assertThatThrownBy(() -> EmbeddedDatabase.start(config))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("port " + database.port() + " on 127.0.0.1 is taken");
  }

  @Test
  void refusesAFolderThatAnotherOneUses() {
    var config = EmbeddedDatabase.Config.durable(folder);
    assertThatThrownBy(() -> EmbeddedDatabase.start(config))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void refusesAPortOutOfRange() {
    assertThatThrownBy(() -> EmbeddedDatabase.Config.temporary().withPort(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 65535, is -1");
  }

  @Test
  void forgetsATemporaryOne() throws Exception {
    String data;
    try (var brief = EmbeddedDatabase.start(EmbeddedDatabase.Config.temporary())) {
      data = ask(brief.uri(), "show data_directory");
      assertThat(Path.of(data)).isDirectory();
    }
    assertThat(Path.of(data)).doesNotExist();
  }
}
