package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PortsTest {
  private final Ports ports =
      new Ports("127.0.0.1")
          .with("ingest", "STRIPCHART_INGEST_PORT", 8001)
          .with("api", "STRIPCHART_API_PORT", 0);

  @Test
  void namesTheSettingOfAPortThatWasTakenWhileItsPartStarted() {
    var failure = new IllegalStateException("no", new BindException("Address already in use"));

    assertThat(new StartFailedException("ingest", ports.explained("ingest", failure)))
        .hasMessage(
            "cannot start ingest: port 8001 on 127.0.0.1 is taken; "
                + "stop what uses it, or choose another by STRIPCHART_INGEST_PORT");
  }

  @Test
  void leavesOtherFailuresAsTheyAre() {
    var failure = new IllegalStateException("no", new BindException("Address already in use"));
    var other = new IllegalStateException("full");

    assertThat(ports.explained("api", failure)).isSameAs(failure);
    assertThat(ports.explained("ingest", other)).isSameAs(other);
  }
}
