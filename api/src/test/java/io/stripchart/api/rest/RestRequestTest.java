package io.stripchart.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class RestRequestTest {
  @ParameterizedTest
  @CsvSource({
    "/series, /series, series",
    "/series/a/readings, /series/a/readings, readings",
    "/api/factories, /api/factory/8, factory/8",
    "/api/factory/7, /api/factory/7, 7",
    "/api/factory/7, /api/factories, ../factories",
    "/a/b/c, /d, ../../d",
    "/a/, /a/b, b",
    "/a/b, /a/, ./",
    "/a/b:c, /a/b:c, ./b:c",
  })
  void givesLinksThatStayBelowAPrefix(String from, String to, String link) {
    assertThat(RestRequest.relative(from, to)).isEqualTo(link);
    var asked = URI.create("https://proxy.example/sc" + from + "?first=1");
    assertThat(asked.resolve(link)).isEqualTo(URI.create("https://proxy.example/sc" + to));
  }
}
