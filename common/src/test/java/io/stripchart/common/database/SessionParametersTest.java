package io.stripchart.common.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class SessionParametersTest {
  @ParameterizedTest
  @CsvSource({
    "off, on",
    "local, on",
    "remote_write, on",
    "nonsense, on",
    "on, on",
    "remote_apply, remote_apply",
    "REMOTE_APPLY, REMOTE_APPLY"
  })
  void commitsAreDurableWhateverTheUriSays(String given, String set) {
    assertThat(SessionParameters.of(Map.of("synchronous_commit", given)))
        .containsEntry("synchronous_commit", set);
  }

  @Test
  void theUriMayChooseOtherLimits() {
    assertThat(SessionParameters.of(Map.of("tcp_user_timeout", "5000", "search_path", "mine")))
        .containsEntry("tcp_user_timeout", "5000")
        .containsEntry("tcp_keepalives_idle", "10")
        .doesNotContainKey("search_path");
  }

  @Test
  void aMigrationMayWaitForLongInItsTransaction() {
    var options = SessionParameters.jdbcOptions(Map.of("tcp_user_timeout", "1 s"), 600);
    assertThat(URLDecoder.decode(options, StandardCharsets.UTF_8))
        .contains("-c idle_in_transaction_session_timeout=600000")
        .contains("-c synchronous_commit=on")
        .contains("-c tcp_user_timeout=1\\ s");
  }
}
