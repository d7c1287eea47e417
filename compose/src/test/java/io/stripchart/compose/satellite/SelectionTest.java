package io.stripchart.compose.satellite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SelectionTest {
  @Test
  void takesTheSubscriptionInItsVariousSpellings() {
    assertThat(Selection.of("subscription { temperature }").answerName()).isEqualTo("temperature");
    assertThat(Selection.of("subscription Panel{temperature,}# why not\n").answerName())
        .isEqualTo("temperature");
    assertThat(Selection.of("subscription{t:temperature}").answerName()).isEqualTo("t");
  }

  @Test
  void refusesWhatTheSatelliteDoesNotHave() {
    refuses("subscription { pressure }", "Cannot query field \"pressure\"");
    refuses("subscription { temperature { value } }", "has no selection");
    refuses("subscription { temperature pressure }", "one field only");
    refuses("query { temperature }", "subscriptions only");
    refuses("{ temperature }", "subscriptions only");
  }

  @Test
  void refusesWhatIsNoGraphQl() {
    refuses("", "subscriptions only");
    refuses("subscription { temperature", "expected }, found the end");
    refuses("subscription { temperature } }", "after the end");
    refuses("subscription { temperature(unit: C) }", "\"(\" at character 27");
    refuses("subscription { " + " ".repeat(2_000) + "temperature }", "1000 characters");
  }

  private static void refuses(String query, String why) {
    assertThatThrownBy(() -> Selection.of(query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
