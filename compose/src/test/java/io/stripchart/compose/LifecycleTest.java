package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.compose.Lifecycle.Step;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LifecycleTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final List<String> events = new ArrayList<>();
  private final Lifecycle lifecycle = new Lifecycle();

  @Test
  void stopsInReverse() throws Exception {
    assertThat(lifecycle.start(List.of(step("a"), step("b")))).isTrue();
    assertThat(lifecycle.stop(LIMIT)).isTrue();

    assertThat(events).containsExactly("+a", "+b", "-b", "-a");
  }

  @Test
  void stopsWhatHadStartedWhenAStepCannot() {
    var failing = new Step("b", Duration.ofSeconds(1), () -> failed("full"), () -> note("-b"));

    assertThatThrownBy(() -> lifecycle.start(List.of(step("a"), failing, step("c"))))
        .isInstanceOf(StartFailedException.class)
        .hasMessage("cannot start b: full");
    lifecycle.stop(LIMIT);

    assertThat(events).containsExactly("+a", "-a");
  }

  @Test
  void stopsTheOthersAlthoughOneFailsOrThrowsOrHangs() throws Exception {
    var short1 = Duration.ofMillis(20);
    var failing = new Step("b", short1, () -> note("+b"), () -> failed("stuck"));
    var hanging = new Step("c", short1, () -> note("+c"), () -> Promise.promise().future());
    var throwing =
        new Step(
            "d",
            short1,
            () -> note("+d"),
            () -> {
              throw new IllegalStateException("odd");
            });

    assertThat(lifecycle.start(List.of(step("a"), failing, hanging, throwing))).isTrue();
    assertThat(lifecycle.stop(LIMIT)).isFalse();

    assertThat(events).containsExactly("+a", "+b", "+c", "+d", "-a");
  }

  @Test
  void startsNoMoreOnceItIsStopped() throws Exception {
    var begun = Promise.<Void>promise();
    var mayGoOn = Promise.<Void>promise();
    var slow =
        new Step(
            "slow",
            Duration.ofSeconds(1),
            () -> {
              begun.complete();
              return mayGoOn.future();
            },
            () -> note("-slow"));
    var started = CompletableFuture.supplyAsync(() -> startedAll(slow, step("next")));
    begun.future().toCompletionStage().toCompletableFuture().get();
    var stopped = new CompletableFuture<Boolean>();
    var stopper = new Thread(() -> stopped.complete(lifecycle.stop(LIMIT)), "stopper");
    stopper.start();
    // Then it waits for the step that is starting.
    await().until(() -> stopper.getState() == Thread.State.TIMED_WAITING);
    mayGoOn.complete();

    assertThat(started.get()).isFalse();
    assertThat(stopped.get()).isTrue();
    assertThat(events).containsExactly("-slow");
  }

  @Test
  void leavesTimeForTheOthersWhenAStepGoesOnStarting() throws Exception {
    var begun = Promise.<Void>promise();
    var endless =
        new Step(
            "endless",
            Duration.ofSeconds(1),
            () -> {
              begun.complete();
              return Promise.promise().future();
            },
            () -> note("-endless"));
    var starter = new Thread(() -> startedAll(step("a"), endless), "starter");
    starter.start();
    begun.future().toCompletionStage().toCompletableFuture().get();

    assertThat(lifecycle.stop(Duration.ofMillis(1_100))).isFalse();
    assertThat(events).containsExactly("+a", "-a");
    starter.interrupt();
  }

  @Test
  void givesStepsNoMoreThanIsLeftOfTheWholeLimit() throws Exception {
    var hanging =
        new Step(
            "hanging", Duration.ofMinutes(1), () -> note("+b"), () -> Promise.promise().future());
    assertThat(lifecycle.start(List.of(step("a"), hanging, hanging))).isTrue();
    long begun = System.nanoTime();

    assertThat(lifecycle.stop(Duration.ofMillis(100))).isFalse();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(events).containsExactly("+a", "+b", "+b", "-a");
  }

  private boolean startedAll(Step... steps) {
    try {
      return lifecycle.start(List.of(steps));
    } catch (StartFailedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private Step step(String name) {
    return new Step(name, Duration.ofSeconds(1), () -> note("+" + name), () -> note("-" + name));
  }

  private Future<Void> note(String event) {
    events.add(event);
    return Future.succeededFuture();
  }

  private static Future<Void> failed(String why) {
    return Future.failedFuture(why);
  }
}
