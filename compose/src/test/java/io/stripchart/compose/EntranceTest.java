package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class EntranceTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, http://localhost:8000/graphql",
    "0.0.0.0, http://localhost:8000/graphql",
    "::, http://[::1]:8000/graphql",
    "::1, http://[::1]:8000/graphql",
    "2001:db8::7, http://[2001:db8::7]:8000/graphql",
    "10.1.2.3, http://10.1.2.3:8000/graphql",
    "station.example, http://station.example:8000/graphql"
  })
  void isAtAUrlThatCanBeOpened(String host, String url) {
    assertThat(Entrance.url("http", host, 8000, "/graphql")).isEqualTo(url);
  }
}
