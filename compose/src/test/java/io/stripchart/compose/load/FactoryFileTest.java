package io.stripchart.compose.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.Reading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FactoryFileTest {
  private static final String SAMPLE = "../docs/samples/seed_factory_data.json";

  private final List<String> told = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();
  private final Refusals refusals = new Refusals(told::add);
  private long repeated;

  @Test
  void readsTheSample() throws Exception {
    try (var sample = Files.newInputStream(Path.of(SAMPLE))) {
      read(sample, FactoryFile.MAX_PLACES);
    }

    assertThat(names).containsExactly("0 Factory 0", "1 Factory 1", "2 Factory 2");
    assertThat(readings).hasSize(3 * 2 * 20);
    assertThat(readings)
        .filteredOn(reading -> reading.series().equals("factory.1.sprocket_production_actual"))
        .extracting(Reading::value)
        .startsWith(32.0, 28.0, 31.0);
    assertThat(readings)
        .contains(
            new Reading(
                "factory.1.sprocket_production_goal", Instant.ofEpochSecond(1_611_204_818), 31));
    assertThat(told).isEmpty();
  }

  @Test
  void takesFieldsInAnyOrderAndPassesOverOthers() throws Exception {
    read(
        """
        {"more": [{"factories": 1}], "factories": [{"other": {}, "factory": {
          "chart_data": {"time": [1.5], "unit": ["t"], "sprocket_production_goal": [2],
            "sprocket_production_actual": [1]}, "name": "North", "id": 7}}], "end": {}}\
        """);

    assertThat(names).containsExactly("7 North");
    var time = Instant.ofEpochMilli(1_500);
    assertThat(readings)
        .containsExactly(
            new Reading("factory.7.sprocket_production_actual", time, 1),
            new Reading("factory.7.sprocket_production_goal", time, 2));
    assertThat(told).isEmpty();
  }

  @Test
  void refusesWhatIsNoNumberByItsPlace() throws Exception {
    chart("[1, \"2\", {\"a\": []}, 1e999, null]", "[1, 2, 3, 4, 5]", "[10, 20, 30, 40, 50]");

    assertThat(readings).hasSize(6);
    assertThat(told)
        .containsExactly(
            "refused " + at("sprocket_production_actual[1]") + ": must be a number, is a string",
            "refused " + at("sprocket_production_actual[2]") + ": must be a number, is an object",
            "refused "
                + at("sprocket_production_actual[3]")
                + ": must be finite, is beyond the range of a double");
    assertThat(refusals.values()).isEqualTo(3);
  }

  @Test
  void refusesTimesThatAreMissingOrOutOfRange() throws Exception {
    chart("[1, 2, 3, 4]", "[1, 2, 3, 4]", "[null, -1, 1611204818000, \"x\"]");

    assertThat(readings).isEmpty();
    assertThat(told)
        .containsExactlyInAnyOrder(
            "refused " + at("time[0]") + ": is missing",
            "refused " + at("time[1]") + ": must be seconds since 1970, up to the year 9999, is -1",
            "refused "
                + at("time[2]")
                + ": must be seconds since 1970, up to the year 9999, is 1611204818000",
            "refused " + at("time[3]") + ": must be a number, is a string");
    assertThat(refusals.values()).isEqualTo(8);
  }

  @Test
  void takesBothNamesOfATimeWhereTheyAgreeAndRefusesThemWhereTheyDoNot() throws Exception {
    var both =
        """
        {"factories": [{"factory": {"id": 3, "chart_data": {"time": [10], "timestamp": [%d],
          "sprocket_production_actual": [1], "sprocket_production_goal": [2]}}}]}""";
    read(both.formatted(10));
    assertThat(readings).hasSize(2);
    assertThat(told).isEmpty();
    readings.clear();
    read(both.formatted(11));
    assertThat(readings).isEmpty();
    assertThat(told).hasSize(3);
    assertThat(told.get(0)).contains("timestamp: holds other times than $.factories[0]");
  }

  @Test
  void loadsWhatHasATimeWhereArraysAreOfUnequalLength() throws Exception {
    chart("[1, 2, 3]", "[1]", "[10, 20]");

    assertThat(readings).extracting(Reading::value).containsExactly(1.0, 2.0, 1.0);
    assertThat(told)
        .containsExactly(
            "refused "
                + at("sprocket_production_actual[2]")
                + ": has no time: the array has 3 places, time 2",
            "refused " + at("time[1]") + ": has no value: the array has 1 places, time 2");
  }

  @Test
  void refusesAnotherValueAtTheSameTimeOnly() throws Exception {
    chart("[1, 1, 2]", "[5, 5, 5]", "[10, 10, 10]");

    assertThat(readings).extracting(Reading::value).containsExactly(1.0, 5.0);
    assertThat(repeated).isEqualTo(3);
    assertThat(told)
        .containsExactly(
            "refused "
                + at("sprocket_production_actual[2]")
                + ": is 2.0, but the same time has 1.0 already, at [0]");
  }

  @Test
  void refusesFactoriesThatAreNoneAndLoadsTheOthers() throws Exception {
    read(
        """
        {"factories": [3, {"factory": []}, {"factory": {"id": -1, "chart_data": {"time": [1],
          "sprocket_production_actual": [1], "sprocket_production_goal": [1]}}},
          {"factory": {"name": "  ", "chart_data": []}}]}\
        """);

    assertThat(names).containsExactly("3 Factory 3");
    assertThat(told)
        .containsExactly(
            "refused $.factories[0]: must be an object, is 3",
            "refused $.factories[1].factory: is missing; must be an object",
            "refused $.factories[2].factory.id: must be a whole number, 0 to 2147483647, is -1",
            "refused $.factories[2].factory: has no id that can be used",
            "refused $.factories[3].factory.name: must be a string of 1 to 255 characters",
            "refused $.factories[3].factory.chart_data: must be an object, is an array");
  }

  @Test
  void keepsSoManyPlacesOfAFactoryAndRefusesTheRest() throws Exception {
    var json = document("[1, 2, 3]", "[1, 2, 3]", "[10, 20, 30]");
    read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), 2);

    assertThat(readings).hasSize(4);
    assertThat(told)
        .hasSize(3)
        .allMatch(
            line ->
                line.endsWith("[2]: is beyond the 2 places of a factory that are loaded at once"));
  }

  @Test
  void loadsWhatStandsBeforeWhereItIsNoJson() throws Exception {
    var whole = document("[1]", "[1]", "[10]");
    read(whole.substring(0, whole.length() - 2) + ", {\"factory\": {\"id\"");

    assertThat(readings).hasSize(2);
    assertThat(told).hasSize(1).first().asString().contains("$.factories[1]: is no JSON from line");
  }

  @Test
  void saysWhyItIsNoSuchFile() {
    assertThatThrownBy(() -> read("[]"))
        .isInstanceOf(NoFactoriesException.class)
        .hasMessage("must be a JSON object with the array factories");
    assertThatThrownBy(() -> read("{\"factories\": {}}"))
        .isInstanceOf(NoFactoriesException.class)
        .hasMessage("has no array factories");
    assertThatThrownBy(() -> read("factories")).isInstanceOf(NoFactoriesException.class);
    assertThatThrownBy(() -> read("")).isInstanceOf(NoFactoriesException.class);
  }

  @Test
  void tellsAHundredProblemsAndCountsTheOthers() throws Exception {
    read("{\"factories\": [" + String.join(",", Collections.nCopies(250, "1")) + "]}");

    assertThat(told).hasSize(Refusals.MAX_TOLD + 1);
    assertThat(refusals.values()).isEqualTo(250);
  }

  /** So memory does not depend on how many follow. */
  @Test
  void handsOnEachFactoryBeforeItReadsTheNextButOne() throws Exception {
    var column = IntStream.range(0, 5_000).boxed().toList().toString();
    var factory = "{\"factory\":{\"chart_data\":{\"time\":" + column + "}}},";
    var read = new int[1];
    var taken = new int[1];
    var parts =
        Stream.concat(
            Stream.of("{\"factories\":["),
            IntStream.range(0, 50).mapToObj(i -> factory).peek(i -> read[0]++));
    new FactoryFile(refusals, FactoryFile.MAX_PLACES, AcceptableTimes.DEFAULT)
        .read(
            stream(Stream.concat(parts, Stream.of("{}]}"))),
            entry -> assertThat(read[0]).isLessThanOrEqualTo(++taken[0] + 1));

    assertThat(taken[0]).isEqualTo(50);
  }

  /** Each part is made when the ones before it have been read. */
  private static InputStream stream(Stream<String> parts) {
    var iterator = parts.iterator();
    return new InputStream() {
      private InputStream part = InputStream.nullInputStream();

      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = part.read(into, offset, length);
        while (read < 0 && iterator.hasNext()) {
          part = new ByteArrayInputStream(iterator.next().getBytes(StandardCharsets.UTF_8));
          read = part.read(into, offset, length);
        }
        return read;
      }
    };
  }

  private static String at(String place) {
    return "$.factories[0].factory.chart_data." + place;
  }

  private void chart(String actual, String goal, String time) throws Exception {
    read(document(actual, goal, time));
  }

  private static String document(String actual, String goal, String time) {
    return """
    {"factories": [{"factory": {"chart_data": {"sprocket_production_actual": %s,
      "sprocket_production_goal": %s, "time": %s}}}]}\
    """
        .formatted(actual, goal, time);
  }

  private void read(String json) throws Exception {
    read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), FactoryFile.MAX_PLACES);
  }

  private void read(InputStream file, int maxPlaces) throws Exception {
    new FactoryFile(refusals, maxPlaces, AcceptableTimes.DEFAULT)
        .read(
            file,
            factory -> {
              names.add(factory.id() + " " + factory.name());
              var alignment = new Alignment(factory, refusals);
              alignment.readings(readings::add);
              repeated += alignment.repeated();
            });
  }
}
