package io.stripchart.common.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.broker.OutboundQueue.OutboundBatch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OutboundQueueTest {
  private final OutboundQueue queue = new OutboundQueue();
  private final List<PendingMessage> added = new ArrayList<>();

  private void add(String series, int from, int to) {
    var all = IntStream.range(from, to).mapToObj(value -> pending(series, value)).toList();
    added.addAll(all);
    queue.addLast(all);
  }

  private static PendingMessage pending(String series, double value) {
    return PendingMessage.of(new Reading(series, Instant.EPOCH, value), failure -> {});
  }

  private OutboundBatch take() throws InterruptedException {
    return queue.take(0);
  }

  private static List<Double> values(OutboundBatch batch) {
    var message = batch.message();
    assertThat(message.routingKey()).isEqualTo(batch.series());
    return ReadingJson.readings(batch.series(), message.body(), Instant.EPOCH, 1_000).stream()
        .map(Reading::value)
        .toList();
  }

  @Test
  void aLoneReadingGoesAtOnceAsOneObject() throws Exception {
    add("a", 1, 2);
    assertThat(new String(take().message().body(), UTF_8))
        .isEqualTo("{\"value\":1.0,\"time\":\"1970-01-01T00:00:00.000000Z\"}");
    assertThat(take()).isNull();
  }

  @Test
  void readingsOfInterleavedSeriesThatWaitShareAMessageForEach() throws Exception {
    for (int i = 0; i < 5; i++) {
      for (var series : List.of("a", "b", "c")) add(series, i, i + 1);
    }
    var batches = List.of(take(), take(), take());
    assertThat(batches).extracting(OutboundBatch::series).containsExactly("a", "b", "c");
    assertThat(batches)
        .allSatisfy(batch -> assertThat(values(batch)).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0));
    assertThat(take()).isNull();
  }

  @Test
  void whatComesWhileOneOfItsSeriesIsUnderWayWaitsForItsEndAndGoesTogether() throws Exception {
    add("a", 0, 1);
    var first = take();
    add("a", 1, 2);
    add("b", 7, 8);
    add("a", 2, 3);
    assertThat(values(take())).containsExactly(7.0);
    assertThat(take()).isNull();
    queue.settled(first);
    assertThat(values(take())).containsExactly(1.0, 2.0);
    assertThat(values(first)).containsExactly(0.0);
  }

  @Test
  void aMessageHoldsNoMoreThanItsLimitAndStaysBelow64KiB() throws Exception {
    var longest = IntStream.range(0, 2 * OutboundBatch.MAX_READINGS + 1);
    queue.addLast(longest.mapToObj(i -> pending("a", -2.2250738585072014E-308)).toList());
    for (int size : new int[] {OutboundBatch.MAX_READINGS, OutboundBatch.MAX_READINGS, 1}) {
      var batch = take();
      assertThat(values(batch)).hasSize(size);
      assertThat(batch.message().body().length).isLessThan(64 * 1024);
      queue.settled(batch);
    }
  }

  @Test
  void whatIsSentAgainGoesFirstAndAsItWas() throws Exception {
    add("a", 0, 2);
    var first = take();
    add("b", 5, 6);
    add("a", 2, 4);
    queue.addFirst(List.of(first));
    add("a", 4, 5);
    var id = first.id();
    assertThat(take()).isSameAs(first);
    assertThat(first.id()).isEqualTo(id);
    assertThat(values(first)).containsExactly(0.0, 1.0);
    assertThat(values(take())).containsExactly(5.0);
    queue.settled(first);
    assertThat(values(take())).containsExactly(2.0, 3.0, 4.0);
  }

  @Test
  void takesOutWhatNobodyWaitsForAnyMoreWhereverItWaits() throws Exception {
    add("a", 0, 3);
    var underWay = take();
    add("a", 3, 6);
    add("b", 6, 8);
    for (int given : new int[] {4, 6, 7}) assertThat(added.get(given).giveUp("late")).isTrue();
    assertThat(queue.removeSettled())
        .containsExactlyInAnyOrder(added.get(4), added.get(6), added.get(7));
    assertThat(queue.removeSettled()).isEmpty();
    add("b", 8, 9);
    queue.settled(underWay);
    assertThat(values(take())).containsExactly(8.0);
    assertThat(values(take())).containsExactly(3.0, 5.0);
  }

  @Test
  void nothingJoinsWhatWasTakenOut() throws Exception {
    add("a", 0, 2);
    var underWay = take();
    add("a", 2, 3);
    assertThat(added.get(2).giveUp("late")).isTrue();
    assertThat(queue.removeSettled()).containsExactly(added.get(2));
    add("a", 3, 4);
    queue.settled(underWay);
    assertThat(values(take())).containsExactly(3.0);
  }

  @Test
  void whatWasGivenUpBeforeItsMessageIsSentIsNotInIt() throws Exception {
    add("a", 0, 3);
    var batch = take();
    assertThat(added.get(1).giveUp("late")).isTrue();
    assertThat(batch.markSent()).containsExactly(added.get(1));
    assertThat(values(batch)).containsExactly(0.0, 2.0);
  }

  @Test
  void messagesThatAreNoReadingsStayAsTheyAre() throws Exception {
    var message = new Message("x", "a", new byte[] {'1'}, Map.of(), true);
    for (int i = 0; i < 2; i++) queue.addLast(List.of(PendingMessage.of(message, failure -> {})));
    assertThat(take().message()).isSameAs(message);
    assertThat(take().message()).isSameAs(message);
  }
}
