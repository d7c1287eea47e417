package io.stripchart.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.Subprotocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
class ProtocolSearchTest {
  private final ProtocolSearch search = new ProtocolSearch(null);

  private static String shown(ProtocolSearch.Attempt attempt) {
    var names = String.join(",", attempt.protocols().stream().map(Subprotocol::id).toList());
    return switch (attempt.offer()) {
      case PICKED -> names;
      case UNPICKED -> names + "?";
      case NONE -> names + " unnamed";
    };
  }

  /** Attempts made at once if every attempt fails, up to the first back-off. */
  private List<String> round(Function<String, Outcome> outcome) {
    var tried = new ArrayList<String>();
    boolean again = true;
    while (again) {
      var attempt = shown(search.next());
      tried.add(attempt);
      assertThat(tried).hasSizeLessThan(20);
      again = search.ended(outcome.apply(attempt));
    }
    return tried;
  }

  private List<String> round(Outcome outcome) {
    return round(attempt -> outcome);
  }

  private void works(Subprotocol protocol) {
    search.speaks(protocol);
    search.worked();
  }

  private void workedBy(String attempt, Subprotocol protocol) {
    while (!shown(search.next()).equals(attempt)) search.ended(Outcome.UNACKNOWLEDGED);
    works(protocol);
    assertThat(search.ended(Outcome.LOST)).isFalse();
  }

  @Test
  void offersBothThenEachAloneThenPlainAndThenItIsTimeForBackOff() {
    var all =
        List.of(
            "graphql-transport-ws,graphql-ws",
            "graphql-transport-ws",
            "graphql-ws",
            "plain unnamed");
    assertThat(round(Outcome.UNACKNOWLEDGED)).isEqualTo(all);
    assertThat(round(Outcome.UNACKNOWLEDGED)).isEqualTo(all);
  }

  @Test
  void doesNotTryAgainAloneWhatTheServerPickedOfBoth() {
    search.next();
    search.speaks(Subprotocol.MODERN);
    assertThat(search.ended(Outcome.UNACKNOWLEDGED)).isTrue();
    assertThat(shown(search.next())).isEqualTo("graphql-ws");
  }

  @Test
  void speaksBothProtocolsToAServerThatPicksNone() {
    assertThat(
            round(attempt -> attempt.contains(",") ? Outcome.PICKED_NONE : Outcome.UNACKNOWLEDGED))
        .containsExactly(
            "graphql-transport-ws,graphql-ws",
            "graphql-transport-ws?",
            "graphql-ws?",
            "plain unnamed");
  }

  @Test
  void offersNothingToAServerThatRefusesEveryOffer() {
    assertThat(round(Outcome.REFUSED))
        .containsExactly(
            "graphql-transport-ws,graphql-ws",
            "graphql-transport-ws",
            "graphql-ws",
            "graphql-transport-ws unnamed",
            "graphql-ws unnamed",
            "plain unnamed");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNANSWERED", "SILENT"})
  void takesNoServerForPlainThatSpeaksAGraphQlProtocol(Outcome outcome) {
    assertThat(round(attempt -> attempt.contains(",") ? outcome : Outcome.UNACKNOWLEDGED))
        .containsExactly("graphql-transport-ws,graphql-ws", "graphql-transport-ws", "graphql-ws");
  }

  @Test
  void waitsWhereAServerIsAwayAndBeginsAnew() {
    assertThat(round(Outcome.AWAY)).containsExactly("graphql-transport-ws,graphql-ws");
    search.next();
    search.ended(Outcome.UNACKNOWLEDGED);
    assertThat(round(Outcome.AWAY)).containsExactly("graphql-transport-ws");
    assertThat(round(Outcome.AWAY)).containsExactly("graphql-transport-ws,graphql-ws");
  }

  @Test
  void remembersWhatGaveAReading() {
    workedBy("graphql-ws", Subprotocol.LEGACY);
    assertThat(round(Outcome.AWAY)).containsExactly("graphql-ws");
    assertThat(round(Outcome.LOST)).containsExactly("graphql-ws");
  }

  @Test
  void remembersHowItWasOffered() {
    search.next();
    search.ended(Outcome.PICKED_NONE);
    search.next();
    works(Subprotocol.MODERN);
    search.ended(Outcome.LOST);
    assertThat(shown(search.next())).isEqualTo("graphql-transport-ws?");
  }

  @Test
  void remembersAPlainFeedThatWasTakenForAnother() {
    search.next();
    works(Subprotocol.PLAIN);
    search.ended(Outcome.LOST);
    assertThat(shown(search.next())).isEqualTo("plain unnamed");
  }

  @ParameterizedTest
  @EnumSource(names = {"PICKED_NONE", "REFUSED", "UNACKNOWLEDGED", "UNANSWERED"})
  void searchesAgainAtOnceWhenTheRememberedProtocolStopsWorking(Outcome outcome) {
    workedBy("graphql-ws", Subprotocol.LEGACY);
    search.next();
    assertThat(search.ended(outcome)).isTrue();
    assertThat(shown(search.next())).isEqualTo("graphql-transport-ws,graphql-ws");
    works(Subprotocol.MODERN);
    search.ended(Outcome.LOST);
    assertThat(shown(search.next())).isEqualTo("graphql-transport-ws");
  }

  @Test
  void searchesAgainWhenTheRememberedProtocolIsSilentAgainAndAgain() {
    workedBy("graphql-transport-ws", Subprotocol.MODERN);
    assertThat(round(Outcome.SILENT)).containsExactly("graphql-transport-ws");
    assertThat(round(Outcome.SILENT))
        .startsWith("graphql-transport-ws", "graphql-transport-ws,graphql-ws");
  }

  @Test
  void doesNotSearchWhereTheProtocolIsSet() {
    for (var outcome : Outcome.values()) {
      var only = new ProtocolSearch(Subprotocol.PLAIN);
      assertThat(shown(only.next())).isEqualTo("plain unnamed");
      assertThat(only.ended(outcome)).isFalse();
    }
    var only = new ProtocolSearch(Subprotocol.LEGACY);
    assertThat(shown(only.next())).isEqualTo("graphql-ws");
    assertThat(only.ended(Outcome.UNACKNOWLEDGED)).isFalse();
    assertThat(shown(only.next())).isEqualTo("graphql-ws");
    // The header of the answer is often left out.
    assertThat(only.ended(Outcome.PICKED_NONE)).isTrue();
    assertThat(shown(only.next())).isEqualTo("graphql-ws?");
    assertThat(only.ended(Outcome.UNACKNOWLEDGED)).isFalse();
  }
}
