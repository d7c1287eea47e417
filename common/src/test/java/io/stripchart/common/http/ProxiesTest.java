package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ProxiesTest {
  private static final Proxies PROXIES = Proxies.parse("10.0.0.0/8, 127.0.0.1,fd00::/8");

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, true",
    "11.1.2.3, false",
    "127.0.0.1, true",
    "127.0.0.2, false",
    "fd12::1, true",
    "fe80::1, false"
  })
  void trustsItsRanges(String peer, boolean trusted) {
    assertThat(PROXIES.trust(address(peer))).isEqualTo(trusted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "127.0.0.1|-|127.0.0.1",
        "127.0.0.1|1.2.3.4|1.2.3.4",
        "127.0.0.1|9.9.9.9, 1.2.3.4|1.2.3.4",
        "127.0.0.1|1.2.3.4, 10.0.0.9|1.2.3.4",
        "127.0.0.1|1.2.3.4:5555|1.2.3.4",
        "127.0.0.1|[2001:db8::1]:55|2001:db8::1",
        "127.0.0.1|nonsense|127.0.0.1",
        "127.0.0.1|1.2.3.4, nonsense|127.0.0.1",
        "127.0.0.1||127.0.0.1",
        "1.1.1.1|1.2.3.4|1.1.1.1"
      })
  void tellsTheClient(String peer, String forwardedFor, String client) {
    assertThat(PROXIES.client(address(peer), forwardedFor)).isEqualTo(address(client));
  }

  @Test
  void believesTrustedProxiesOnly() {
    var headers =
        Map.of(
            "x-forwarded-host", "a.example, b.example",
            "x-forwarded-proto", "https",
            "x-forwarded-prefix", "/sc/");
    var trusted = address("10.0.0.1");
    assertThat(PROXIES.host(trusted, headers::get)).isEqualTo("a.example");
    assertThat(PROXIES.scheme(trusted, headers::get)).isEqualTo("https");
    assertThat(PROXIES.prefix(trusted, headers::get)).isEqualTo("/sc");
    var other = address("8.8.8.8");
    assertThat(PROXIES.host(other, headers::get)).isNull();
    assertThat(PROXIES.scheme(other, headers::get)).isNull();
    assertThat(PROXIES.prefix(other, headers::get)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sc", "//evil.example", "/a b", "/a?b", "/a\"b", "/<script>", ""})
  void ignoresAPrefixThatIsNoPath(String prefix) {
    assertThat(PROXIES.prefix(address("10.0.0.1"), name -> prefix)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0", "host", "10.0.0.0/x", "fd00::/129", "/8"})
  void refusesWhatIsNoRange(String text) {
    assertThatThrownBy(() -> Proxies.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
