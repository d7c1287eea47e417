package io.stripchart.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class SettingsTest {
  private static Settings of(String... namesAndValues) {
    var environment = new java.util.HashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2)
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    return new Settings(environment);
  }

  private static int count(Settings settings) {
    return settings.count("STRIPCHART_COUNT", 10, 1, 100);
  }

  private static Duration duration(Settings settings) {
    return settings.duration(
        "STRIPCHART_WAIT", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  @Test
  void givesTheDefaultWhereNothingIsSet() {
    var settings = of("STRIPCHART_WAIT", " ");
    assertThat(count(settings)).isEqualTo(10);
    assertThat(duration(settings)).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.text("STRIPCHART_TEXT", "here", "any text")).isEqualTo("here");
    assertThat(settings.optional("STRIPCHART_OTHER", "any text")).isEmpty();
    settings.check();
  }

  @Test
  void readsWhatIsSet() {
    var settings =
        of(
            "STRIPCHART_COUNT", " 100 ",
            "STRIPCHART_WAIT", "PT0.1S",
            "STRIPCHART_PORT", "0",
            "PATH", "/bin");
    assertThat(count(settings)).isEqualTo(100);
    assertThat(duration(settings)).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.port("STRIPCHART_PORT", 8000)).isZero();
    settings.check();
  }

  /**
   * Variables that Kubernetes sets in each pod for Services named stripchart, -api and -persist.
   */
  @ParameterizedTest
  @CsvSource({
    "STRIPCHART_SERVICE_HOST,10.0.0.1",
    "STRIPCHART_SERVICE_PORT,8000",
    "STRIPCHART_PORT,tcp://10.0.0.1:8000",
    "STRIPCHART_PORT_8000_TCP,tcp://10.0.0.1:8000",
    "STRIPCHART_PORT_8000_TCP_PROTO,tcp",
    "STRIPCHART_PORT_8000_TCP_PORT,8000",
    "STRIPCHART_PORT_8000_TCP_ADDR,10.0.0.1",
    "STRIPCHART_PORT_53_UDP,udp://10.0.0.1:53",
    "STRIPCHART_PORT_53_UDP_PROTO,UDP",
    "STRIPCHART_API_SERVICE_HOST,fd00::1",
    "STRIPCHART_API_SERVICE_PORT_HTTP,8000",
    "STRIPCHART_API_PORT,tcp://[fd00::1]:8000",
    "STRIPCHART_PERSIST_V2_SERVICE_HOST,10.0.0.1"
  })
  void ignoresWhatKubernetesSetsForServices(String name, String value) {
    var settings = of(name, value);
    assertThat(settings.port("STRIPCHART_API_PORT", 8000)).isEqualTo(8000);
    settings.check();
    assertThat(settings.ignored()).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource({
    "STRIPCHART_API_PORT,http://10.0.0.1:8000",
    "STRIPCHART_API_PORT,tcp://10.0.0.1",
    "STRIPCHART_API_PORTS,8000",
    "STRIPCHART_PORT,8000",
    "STRIPCHART_API_HOST,10.0.0.1",
    "STRIPCHART_PORT_8000,8000",
    "STRIPCHART_PORT_8000_TCP,8000",
    "STRIPCHART_PORT_8000_TCP_PROTO,udp",
    "STRIPCHART_API_SERVICE_PORT,http",
    "STRIPCHART_API_SERVICE_HOST,not a host"
  })
  void refusesWhatOnlyLooksLikeIt(String name, String value) {
    var settings = of(name, value);
    assertThat(settings.port("STRIPCHART_API_PORT", 8000)).isEqualTo(8000);
    assertThatThrownBy(settings::check).hasMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-1", "ten", "1.5", "99999999999"})
  void refusesACountThatIsNoneOrOutOfItsRange(String text) {
    var settings = of("STRIPCHART_COUNT", text);
    assertThat(count(settings)).isEqualTo(10);
    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("STRIPCHART_COUNT")
        .hasMessageContaining("must be 1 to 100, default 10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.099S", "PT5M0.001S", "10", "10s", "PT"})
  void refusesADurationThatIsNoneOrOutOfItsRange(String text) {
    var settings = of("STRIPCHART_WAIT", text);
    assertThat(duration(settings)).isEqualTo(Duration.ofSeconds(10));
    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("STRIPCHART_WAIT");
  }

  @Test
  void reportsEveryProblemAtOnceAndAlsoWhatIsMisspelt() {
    var settings =
        of("STRIPCHART_COUNT", "many", "STRIPCHART_WAIT", "long", "STRIPCHART_CUONT", "1");
    var unusedCount = count(settings);
    var unusedWait = duration(settings);
    assertThat(unusedCount).isPositive();
    assertThat(unusedWait).isPositive();
    settings.problem("these two do not go together");
    assertThatThrownBy(settings::check)
        .hasMessageContainingAll(
            "STRIPCHART_COUNT: cannot be read",
            "STRIPCHART_WAIT: cannot be read",
            "these two do not go together",
            "STRIPCHART_CUONT: is no setting");
  }

  @Test
  void neverShowsAValueThatMayBeASecret() {
    var settings = of("STRIPCHART_COUNT", "hunter2");
    assertThat(count(settings)).isEqualTo(10);
    assertThatThrownBy(settings::check)
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("hunter2");
  }

  @Test
  void remembersWhatWasRead() {
    var settings = of();
    assertThat(count(settings)).isEqualTo(10);
    assertThat(settings.known())
        .containsExactly(new Settings.Setting("STRIPCHART_COUNT", "10", "1 to 100"));
  }

  @Test
  void readsASecretFromItsFile(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("secret"), "amqp://a:b@host/\n");
    var settings = of("STRIPCHART_URI_FILE", file.toString());
    assertThat(settings.secret("STRIPCHART_URI", "a URI"))
        .hasValueSatisfying(
            secret -> {
              assertThat(secret.reveal()).isEqualTo("amqp://a:b@host/");
              assertThat(secret).hasToString("***");
            });
    settings.check();
  }

  @Test
  void refusesASecretThatIsSetTwiceOrWhoseFileIsMissing(@TempDir Path folder) {
    var missing = folder.resolve("none").toString();
    var settings = of("STRIPCHART_URI_FILE", missing);
    assertThat(settings.secret("STRIPCHART_URI", "a URI")).isEmpty();
    assertThatThrownBy(settings::check).hasMessageContaining("STRIPCHART_URI_FILE");

    var twice = new Settings(Map.of("STRIPCHART_URI", "x", "STRIPCHART_URI_FILE", "/dev/null"));
    assertThat(twice.secret("STRIPCHART_URI", "a URI")).isPresent();
    assertThatThrownBy(twice::check).hasMessageContaining("both set");
  }
}
