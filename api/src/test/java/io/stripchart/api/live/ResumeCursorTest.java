package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException;
import io.stripchart.api.live.ResumeCursor.Part;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ResumeCursorTest {
  private static final Instant SINCE = Instant.parse("2026-11-21T02:41:48.123456Z");
  private static final UUID PROCESS = UUID.randomUUID();
  private static final Reading READING = new Reading("room.1", SINCE.plusSeconds(1), 1);

  private final KnownBatches given =
      KnownBatches.of("1700000000000000 " + PROCESS + "=5-900," + PROCESS + "=902-905");
  private final KnownBatches batch = KnownBatches.NONE.with(PROCESS, 907);

  private static ResumeCursor parse(String body) {
    return ResumeCursor.parse(ResumeCursor.text(SINCE, body));
  }

  @Test
  void isWhatItWasMadeOf() {
    var whole = parse(ResumeCursor.whole(-7, given));
    assertThat(whole.since()).isEqualTo(SINCE);
    assertThat(whole.database()).isEqualTo(-7);
    assertThat(whole.given()).hasToString(given.toString());
    assertThat(whole.parts()).isEmpty();
    assertThat(whole.history()).isNull();
    assertThat(whole.isByTime()).isFalse();
  }

  @Test
  void isBehindAReadingOfABatch() {
    var part = parse(ResumeCursor.behind(ResumeCursor.part(7, given, batch), READING));
    assertThat(part.parts()).hasSize(1);
    assertThat(part.parts().get(0).batches().has(PROCESS, 907)).isTrue();
    assertThat(part.last().is(READING)).isTrue();
    assertThat(part.last().is(new Reading("room.2", READING.time(), 1))).isFalse();
  }

  @Test
  void isBehindPlacesOfBatches() {
    var place = new Place(SINCE, 12);
    var other = new Place(SINCE.plusSeconds(1), 0);
    var history = Place.after(SINCE.plusSeconds(9));
    var parts = List.of(new Part(batch, null), new Part(batch.with(PROCESS, 910), other));
    var cursor = parse(ResumeCursor.behind(ResumeCursor.parts(7, given, parts, history), place));
    assertThat(cursor.parts()).extracting(Part::place).containsExactly(place, other);
    assertThat(cursor.parts().get(1).batches().has(PROCESS, 910)).isTrue();
    assertThat(cursor.history()).isEqualTo(history);
    assertThat(cursor.last()).isNull();
  }

  @Test
  void isBehindAPlaceOfThePast() {
    var cursor = parse(ResumeCursor.behind(ResumeCursor.history(7, given), new Place(SINCE, 3)));
    assertThat(cursor.history()).isEqualTo(new Place(SINCE, 3));
    assertThat(cursor.parts()).isEmpty();
  }

  @Test
  void isByTimeWhereManyProcessesWouldMakeItLong() {
    var many = KnownBatches.NONE.builder();
    for (int i = 0; i < 100; i++) many.add(UUID.randomUUID(), 2, 1_000_000);
    var cursor = ResumeCursor.text(SINCE, ResumeCursor.whole(7, many.build()));
    assertThat(ResumeCursor.parse(cursor).given().processes()).hasSize(100);
    for (int i = 0; i < 10_000; i++) many.add(UUID.randomUUID(), 2, 1_000_000);
    var text =
        ResumeCursor.text(SINCE, ResumeCursor.behind(ResumeCursor.whole(7, many.build()), READING));
    assertThat(text).hasSizeLessThan(100);
    var byTime = ResumeCursor.parse(text);
    assertThat(byTime.isByTime()).isTrue();
    assertThat(byTime.since()).isEqualTo(SINCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.",
        "2abc.AA",
        "1-1.",
        "1zzzzzzzzzzzzzzz.",
        "1a.b.c.d",
        "1a.%%%",
        "1a.AA",
        "1a.AA.1",
        "1a.AAAAAA.1-1",
        "1a.____________",
        "\u0000",
        "2020-11-20T00:00:00Z",
        "1a.AA.1-1-1",
        "1a.AA.z",
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> ResumeCursor.parse(text))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.argument()).isEqualTo("after"));
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThatThrownBy(() -> ResumeCursor.parse("1a." + "A".repeat(10_000)))
        .isInstanceOf(ApiException.class);
  }

  /** Whatever is forged, it is read as a cursor or refused. */
  @Test
  void readsNoForgedOneWrongly() {
    var random = new Random(1);
    var body = ResumeCursor.behind(ResumeCursor.part(7, given, batch), READING);
    var bytes = Base64.getUrlDecoder().decode(body.substring(0, body.indexOf('.')));
    for (int i = 0; i < 20_000; i++) {
      var forged = bytes.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        forged[random.nextInt(forged.length)] = (byte) random.nextInt(256);
      }
      var text =
          "1a."
              + Base64.getUrlEncoder().withoutPadding().encodeToString(forged)
              + body.substring(body.indexOf('.'));
      try {
        ResumeCursor.parse(text);
      } catch (ApiException refused) {
        assertThat(refused.argument()).isEqualTo("after");
      }
    }
  }
}
