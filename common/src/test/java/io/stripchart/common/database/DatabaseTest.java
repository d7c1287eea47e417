package io.stripchart.common.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.settings.Secret;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DatabaseTest {
  @Test
  void letsAStatementWaitForAConnectionWhileAnotherUsesItForAsLongAsItMay() {
    var settings = new DatabaseSettings(new Secret("postgresql://a/b"), 1, Duration.ofMinutes(7));
    var limits = Database.limits(settings);
    assertThat(limits.getConnectionTimeoutUnit()).isEqualTo(TimeUnit.SECONDS);
    assertThat(limits.getConnectionTimeout()).isGreaterThan(7 * 60);
  }
}
