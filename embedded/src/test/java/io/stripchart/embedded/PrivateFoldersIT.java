package io.stripchart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of the broker and of the database are private to this user. */
@Tag("brokerless")
@Timeout(180)
class PrivateFoldersIT {
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxrwxrwx");

  @TempDir Path folder;

  @Test
  void makesThemPrivate() throws Exception {
    var data = folder.resolve("made").resolve("data");
    startBoth(data);
    assertThat(open(data.getParent())).isEmpty();
  }

  @Test
  void makesThosePrivateThatWereOpen() throws Exception {
    startBoth(folder);
    try (var all = Files.walk(folder)) {
      for (var path : all.toList()) Files.setPosixFilePermissions(path, OPEN);
    }
    startBoth(folder);
    assertThat(open(folder.resolve("broker"))).isEmpty();
    assertThat(open(folder.resolve("database"))).isEmpty();
  }

  private void startBoth(Path data) throws Exception {
    var broker = EmbeddedBroker.Config.durable(data.resolve("broker")).withKeptPassword();
    var database = EmbeddedDatabase.Config.durable(data.resolve("database"));
    try (var first = EmbeddedBroker.start(broker);
        var second = EmbeddedDatabase.start(database);
        var connection = Amqp.connect(first.uri())) {
      connection.createChannel().queueDeclare("kept", true, false, false, null);
      assertThat(Jdbc.ask(second.uri(), "select 1")).isEqualTo("1");
      assertThat(open(data.resolve("broker"))).isEmpty();
      assertThat(open(data.resolve("database"))).isEmpty();
    }
  }

  /** Files that users other than this one can access. */
  private static Map<Path, String> open(Path root) throws IOException {
    var open = new TreeMap<Path, String>();
    try (var all = Files.walk(root)) {
      for (var path : all.toList()) {
        var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        if (!permissions.endsWith("------")) open.put(path, permissions);
      }
    }
    return open;
  }
}
