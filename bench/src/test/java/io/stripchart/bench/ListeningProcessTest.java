package io.stripchart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ListeningProcessTest {
  private static final List<String> LINES =
      List.of(
          "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
              + "  timeout inode",
          "   0: 0100007F:1628 00000000:0000 0A 00000000:00000000 00:00000000 00000000   105"
              + "        0 4711 1 0000000000000000 100 0 0 10 0",
          "   1: 0100007F:1628 0100007F:A001 01 00000000:00000000 00:00000000 00000000   105"
              + "        0 4712 1 0000000000000000 20 4 30 10 -1",
          "   2: 0100007F:A001 0100007F:1628 01 00000000:00000000 00:00000000 00000000     0"
              + "        0 4713 1 0000000000000000 20 4 30 10 -1");

  @Test
  void findsWhatListensAndNoConnection() {
    assertThat(ListeningProcess.socketsOf(5672, LINES)).containsExactly(Path.of("socket:[4711]"));
  }

  @Test
  void findsNothingOnAnotherPort() {
    assertThat(ListeningProcess.socketsOf(0x162, LINES)).isEmpty();
  }
}
