package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class HostNamesTest {
  private static boolean allows(HostNames names, String host) {
    return names.allows(HostNames.name(host));
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "EXAMPLE.org:80, example.org",
    "example.org., example.org",
    "a_b:, a_b",
    "127.0.0.1:8000, 127.0.0.1",
    "[::1]:8000, ::1",
    "[FE80::1], fe80::1",
  })
  void readsAName(String header, String name) {
    assertThat(HostNames.name(header)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a b",
        "a/b",
        "a@b",
        "a:b",
        "a:80:80",
        "a:99999",
        "[::1",
        "[x]",
        "[::1]80",
        "[::1%25lo]",
        "ä",
        "a,b",
        "http://a"
      })
  void refusesWhatIsNoName(String header) {
    assertThat(HostNames.name(header)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8000",
        "LOCALHOST",
        "sc.localhost",
        "127.0.0.1",
        "127.9.9.9:1",
        "[::1]:8000",
        "api.example:8000",
        "a.wide.example",
        "a.b.wide.example",
        "public.example"
      })
  void allowsItsNames(String host) {
    var names =
        new HostNames(
            "127.0.0.1",
            HostNames.parse("api.example, *.wide.example"),
            URI.create("https://public.example/sc"));
    assertThat(allows(names, host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example", "localhost.evil.example", "xlocalhost", "10.0.0.1", "[fe80::1]", "127.1",
        "2130706433", "0x7f000001", "0.0.0.0", "wide.example", "api.example.evil", "xapi.example"
      })
  void refusesOtherNames(String host) {
    var names = new HostNames("127.0.0.1", HostNames.parse("api.example,*.wide.example"), null);
    assertThat(allows(names, host)).isFalse();
  }

  @Test
  void allowsEveryAddressWhereItListensOnAll() {
    for (var wildcard : new String[] {"0.0.0.0", "::"}) {
      var names = new HostNames(wildcard, HostNames.parse(""), null);
      assertThat(allows(names, "10.0.0.1:8000")).isTrue();
      assertThat(allows(names, "[fe80::1]")).isTrue();
      assertThat(allows(names, "api")).isFalse();
      assertThat(allows(names, "evil.example")).isFalse();
    }
  }

  @Test
  void allowsTheAddressThatItListensOn() {
    var names = new HostNames("10.0.0.1", HostNames.parse(""), null);
    assertThat(allows(names, "10.0.0.1:8000")).isTrue();
    assertThat(allows(names, "10.0.0.2:8000")).isFalse();
  }

  @Test
  void allowsEverythingWhereToldSo() {
    var names = new HostNames("127.0.0.1", HostNames.parse("*"), null);
    assertThat(allows(names, "evil.example")).isTrue();
    assertThat(allows(names, "10.0.0.1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a", "a:80", "a b", "*.", "**", "[::1]:80", "a,b c"})
  void refusesASettingThatHoldsNoNames(String text) {
    assertThatThrownBy(() -> HostNames.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
