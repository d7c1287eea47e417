package io.stripchart.api.live;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** An event loop whose turns a test takes. */
final class FollowedLoop {
  static final int MAX_HELD = 1_000;

  final StoredStream stream;
  final LiveDesk desk = new LiveDesk();
  final FakeStore store;
  final ApiMetrics metrics = new ApiMetrics(new SimpleMeterRegistry());
  private final Random random;
  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final List<Following> following = new ArrayList<>();
  private final Loop loop;
  final HeldReadings held = new HeldReadings(MAX_HELD, () -> following);
  long nanos;

  FollowedLoop(Random random, int maxReadings, int maxBatches) {
    this.random = random;
    this.stream = new StoredStream(maxReadings, maxBatches);
    this.store = new FakeStore(random);
    this.loop =
        new Loop(
            turns::add,
            (delay, task) -> timers.add(task),
            stream,
            desk,
            new LeastTimes(),
            new BatchReadings(stream),
            () -> nanos,
            metrics,
            held,
            5);
    stream.whole();
  }

  /** A subscriber and its events. */
  static final class Given implements Subscriber<Object>, Losses {
    final List<Reading> readings = new ArrayList<>();
    Following following;
    Instant since;
    String cursor;
    Boolean resumedExactly;
    Throwable failure;
    int gaps;
    Consumer<Reading> check = reading -> {};

    @Override
    public void onSubscribe(Subscription subscription) {}

    @Override
    public void onNext(Object reading) {
      readings.add((Reading) reading);
      check.accept((Reading) reading);
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
    }

    @Override
    public void onComplete() {}

    @Override
    public void missed(long events) {
      throw new AssertionError("missed " + events);
    }

    @Override
    public void gap() {
      gaps++;
    }

    @Override
    public void resumesFrom(Instant time) {
      since = time;
    }

    @Override
    public void resumesBehind(String text) {
      cursor = text;
    }

    @Override
    public void resumed(boolean exactly) {
      resumedExactly = exactly;
    }
  }

  Given follow(String pattern, Instant since) {
    var given = new Given();
    var series = SeriesPattern.of(pattern);
    given.following = new Following(loop, series, store, Function.identity(), given);
    desk.add(series, given.following);
    following.add(given.following);
    given.following.onClose(
        () -> {
          desk.remove(series, given.following);
          following.remove(given.following);
        });
    given.following.start(new Following.Start(since, null));
    given.following.subscribe(given);
    return given;
  }

  /** The next batch of the stream comes to the desk. */
  boolean deliverOne() {
    if (desk.position() < stream.first()) {
      desk.goTo(stream.first());
      desk.gap();
    }
    var batch = stream.at(desk.position());
    if (batch != null) desk.deliver(batch);
    return batch != null;
  }

  /** Something that waits happens. */
  void step() {
    switch (random.nextInt(4)) {
      case 0 -> deliverOne();
      case 1 -> store.answerOne();
      case 2 -> {
        if (!timers.isEmpty()) timers.remove(random.nextInt(timers.size())).run();
      }
      default -> {
        if (!turns.isEmpty()) turns.remove().run();
      }
    }
  }

  /** Until nothing is waiting. */
  void settle() {
    while (desk.position() < stream.next()
        || store.isAsked()
        || !timers.isEmpty()
        || !turns.isEmpty()) {
      step();
    }
  }
}
