package io.stripchart.api.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedAnswerTest {
  private final List<Promise<RollingAverage>> statements = new ArrayList<>();
  private long now;
  private long heard;
  private final SharedAnswer answer = new SharedAnswer(() -> now, () -> heard);

  private Future<RollingAverage> ask() {
    return answer.or(
        () -> {
          var statement = Promise.<RollingAverage>promise();
          statements.add(statement);
          return statement.future();
        });
  }

  private RollingAverage complete(int statement) {
    var average = RollingAverage.of(21.0, statement, 1, now);
    statements.get(statement).complete(average);
    return average;
  }

  @Test
  void isSharedWhileItIsUnderWayAndForAMoment() {
    var both = List.of(ask(), ask());
    assertThat(statements).hasSize(1);
    var average = complete(0);
    now += SharedAnswer.KEPT_MICROS - 1;
    assertThat(List.of(both.get(0), both.get(1), ask()))
        .extracting(Future::result)
        .containsOnly(average);
    now++;
    ask();
    assertThat(statements).hasSize(2);
  }

  @Test
  void isNotSharedOnceMoreWasHeardOf() {
    ask();
    complete(0);
    heard++;
    assertThat(ask().isComplete()).isFalse();
    assertThat(statements).hasSize(2);
  }

  @Test
  void hasThoseWaitTogetherWhoHeardOfMoreThanItHasSeen() {
    var first = ask();
    heard++;
    var second = ask();
    heard++;
    var third = ask();
    assertThat(statements).hasSize(1);
    var one = complete(0);
    assertThat(statements).hasSize(2);
    var fourth = ask();
    var two = complete(1);
    assertThat(first.result()).isSameAs(one);
    assertThat(List.of(second, third, fourth)).extracting(Future::result).containsOnly(two);
    assertThat(statements).hasSize(2);
  }

  @Test
  void tellsAFailureToThoseAloneWhoWaitedForIt() {
    var first = ask();
    heard++;
    var second = ask();
    statements.get(0).fail("away");
    assertThat(first.cause()).hasMessage("away");
    var average = complete(1);
    assertThat(second.result()).isSameAs(average);
    assertThat(ask().result()).isSameAs(average);
  }

  @Test
  void asksAgainAfterAFailure() {
    ask();
    statements.get(0).fail("away");
    ask();
    assertThat(statements).hasSize(2);
  }
}
