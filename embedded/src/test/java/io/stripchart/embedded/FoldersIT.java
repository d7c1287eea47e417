package io.stripchart.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("brokerless")
@Timeout(10)
class FoldersIT {
  @TempDir Path shared;

  @Test
  void keepsOthersOutOfAFolderInASharedOne() throws IOException {
    var folder = Folders.ownIn(shared);

    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(Folders.ownIn(shared)).isEqualTo(folder);
  }

  @Test
  void refusesAFolderThatOthersMayHaveWrittenTo() throws IOException {
    var folder = Folders.ownIn(shared);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> Folders.ownIn(shared)).hasMessageContaining(folder.toString());
  }

  @Test
  void refusesALinkToAFolder() throws IOException {
    var folder = Folders.ownIn(shared);
    var elsewhere = Files.move(folder, shared.resolve("elsewhere"));
    Files.createSymbolicLink(folder, elsewhere);

    assertThatThrownBy(() -> Folders.ownIn(shared)).hasMessageContaining(folder.toString());
  }

  @Test
  void keepsARandomPasswordForABrokerThatNobodyElseCanRead() throws IOException {
    var config = EmbeddedBroker.Config.durable(shared.resolve("one")).withKeptPassword();
    var other = EmbeddedBroker.Config.durable(shared.resolve("other")).withKeptPassword();

    assertThat(config.password()).hasSize(32).isNotEqualTo(other.password());
    assertThat(EmbeddedBroker.Config.durable(shared.resolve("one")).withKeptPassword())
        .isEqualTo(config);
    assertThat(permissions(shared.resolve("one").resolve("password"))).isEqualTo("rw-------");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
