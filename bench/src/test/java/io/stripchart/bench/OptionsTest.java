package io.stripchart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class OptionsTest {
  @Test
  void measuresEverythingThreeTimesUnlessTold() {
    var options = Options.of(List.of());

    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.seconds()).isEqualTo(6);
    assertThat(options.only())
        .containsExactlyInAnyOrder(
            "feed",
            "push",
            "burst",
            "wide",
            "latency",
            "query",
            "crowd",
            "rolling",
            "rooms",
            "factories");
  }

  @Test
  void takesWhatItIsTold() {
    var options =
        Options.of(List.of("--only", "push,feed,push", "--rounds", "1", "--seconds", "20"));

    assertThat(options.only()).containsExactlyInAnyOrder("feed", "push");
    assertThat(options.rounds()).isEqualTo(1);
    assertThat(options.seconds()).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--only|feeds|--only: \"feeds\" is none of"
            + " feed,push,burst,wide,latency,query,crowd,rolling,rooms,factories,resume,processes,series,year,scale",
        "--only|feed,|--only: \"\" is none of"
            + " feed,push,burst,wide,latency,query,crowd,rolling,rooms,factories,resume,processes,series,year,scale",
        "--only|wide,series|--only: series needs a run of its own",
        "--rounds|0|--rounds: is 0; must be at least 1",
        "--rounds|three|--rounds: is three; must be at least 1",
        "--seconds|-1|--seconds: is -1; must be at least 1",
        "--seconds|9999999999|--seconds: is 9999999999; must be at least 1",
        "--round|1|--round: is no option"
      })
  void refusesWhatItCannotDo(String option, String value, String message) {
    assertThatThrownBy(() -> Options.of(List.of(option, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesAnOptionWithoutItsValue() {
    assertThatThrownBy(() -> Options.of(List.of("--only"))).hasMessage("--only: needs a value");
  }
}
