package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stored.SeriesSet;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class MatchingSeriesTest {
  private static final SeriesPattern PATTERN = SeriesPattern.of("a.*");
  private final Queue<Promise<SeriesSet>> asked = new ArrayDeque<>();
  private long position;
  private final MatchingSeries series = new MatchingSeries(pattern -> ask(), () -> position);

  private Future<SeriesSet> ask() {
    var promise = Promise.<SeriesSet>promise();
    asked.add(promise);
    return promise.future();
  }

  private void answer(int... ids) {
    var names = new HashMap<Integer, String>();
    var boxed = Arrays.stream(ids).boxed().toArray(Integer[]::new);
    for (int id : ids) names.put(id, "a." + id);
    asked.remove().complete(new SeriesSet(boxed, Map.copyOf(names)));
  }

  @Test
  void asksOnceForAllWhoComeBeforeTheAnswer() {
    long questions = series.questions();
    var first = series.since(PATTERN, questions);
    var second = series.since(PATTERN, questions);
    answer(1, 2);
    assertThat(second.result()).isSameAs(first.result());
    assertThat(asked).isEmpty();
  }

  @Test
  void asksAgainForWhoComesLaterAndSharesTheSetWhereItIsTheSame() {
    var first = series.since(PATTERN, series.questions());
    answer(1, 2);
    var second = series.since(PATTERN, series.questions());
    answer(1, 2);
    var third = series.since(PATTERN, series.questions());
    answer(1, 2, 3);
    assertThat(second.result()).isSameAs(first.result());
    assertThat(third.result().ids()).hasSize(3);
  }

  @Test
  void knowsTheSeriesOfBatchesThatCameBefore() {
    position = 5;
    var first = series.at(PATTERN, 4);
    answer(1);
    position = 7;
    assertThat(series.at(PATTERN, 3)).isSameAs(first);
    series.at(PATTERN, 5);
    assertThat(asked).hasSize(1);
  }

  @Test
  void asksAgainWhereTheDatabaseWasAway() {
    var first = series.since(PATTERN, 0);
    asked.remove().fail("away");
    var second = series.since(PATTERN, 0);
    answer(1);
    assertThat(first.failed()).isTrue();
    assertThat(second.result().ids()).containsExactly(1);
  }
}
