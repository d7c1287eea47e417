package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StartFailedExceptionTest {
  @Test
  void saysWhatIsAtTheRoot() {
    var root = new AccessDeniedException("/data/database/data");
    var failure = new IllegalStateException("cannot unpack", new IOException("broken", root));

    assertThat(new StartFailedException("database", failure))
        .hasMessage(
            "cannot start database: cannot unpack: AccessDeniedException: /data/database/data")
        .hasCause(failure);
  }

  @Test
  void saysItOnce() {
    var root = new ConnectException("refused");

    assertThat(new StartFailedException("api", root)).hasMessage("cannot start api: refused");
    assertThat(new StartFailedException("api", new IOException("no: refused", root)))
        .hasMessage("cannot start api: no: refused");
  }

  @Test
  void namesTheClassOfWhatSaysNothing() {
    assertThat(new StartFailedException("api", new IOException("  \n", null)))
        .hasMessage("cannot start api: IOException");
    assertThat(new StartFailedException("api", new IOException("no", new InterruptedException())))
        .hasMessage("cannot start api: no: InterruptedException");
  }

  @Test
  void isOneLine() {
    var failure = new IOException("\nfirst\nsecond", new IllegalStateException("root\nmore"));

    assertThat(new StartFailedException("api", failure))
        .hasMessage("cannot start api: first: IllegalStateException: root");
  }

  @Test
  void findsWhatTellsInWhatAProgramPrinted() {
    var printed =
        "initdb exited with 1: The files will be owned by user x.\n\ncreating directory\n";
    var failure = new IOException(printed + "initdb: error: could not create it: No space left");

    assertThat(new StartFailedException("database", failure))
        .hasMessage(
            "cannot start database: initdb exited with 1: The files will be owned by user x. "
                + "initdb: error: could not create it: No space left");
  }

  @Test
  void addsNothingToWhatIsExplained() {
    var failure = new ExplainedException("use another", new IOException("broken"));

    assertThat(new StartFailedException("api", failure))
        .hasMessage("cannot start api: use another");
  }
}
