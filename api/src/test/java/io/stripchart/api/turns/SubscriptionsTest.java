package io.stripchart.api.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SubscriptionsTest {
  private final Subscriptions subscriptions = new Subscriptions(new Subscriptions.Limits(5, 3));

  @Test
  void limitsThoseOfAPatternAndAll() {
    for (int i = 0; i < 3; i++) subscriptions.open("a.#");
    assertThatThrownBy(() -> subscriptions.open("a.#"))
        .hasMessageContaining("3 subscriptions of one pattern");
    var fourth = subscriptions.open("b");
    subscriptions.open("c");
    assertThatThrownBy(() -> subscriptions.open("d"))
        .hasMessageContaining("5 subscriptions in this process");
    fourth.release();
    fourth.release();
    assertThat(subscriptions.total()).isEqualTo(4);
    subscriptions.open("d");
    assertThatThrownBy(() -> subscriptions.open("e")).hasMessageContaining("in this process");
  }

  @Test
  void limitsHowOftenAConnectionLooksAtRollingAverages() {
    var many = new Subscriptions(new Subscriptions.Limits(1_000, 1_000));
    var places = new ArrayList<Subscriptions.Place>();
    for (int i = 0; i < 20; i++) places.add(many.open("a" + i, Duration.ofMillis(100)));
    assertThatThrownBy(() -> many.open("b", Duration.ofMillis(100)))
        .hasMessageContaining("200 times a second");
    assertThatThrownBy(() -> many.open("b", Duration.ofHours(1)))
        .hasMessageContaining("200 times a second");
    many.open("b");
    places.forEach(Subscriptions.Place::release);
    for (int i = 0; i < 100; i++) many.open("a" + i, Duration.ofMillis(500));
    assertThatThrownBy(() -> many.open("b", Duration.ofSeconds(1)))
        .hasMessageContaining("follow fewer");
  }
}
