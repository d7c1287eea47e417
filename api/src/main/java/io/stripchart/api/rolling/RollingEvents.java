package io.stripchart.api.rolling;

import io.stripchart.api.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A rolling average as events: computed as often as it may be sent, and sent if it has changed. A
 * slow subscriber gets the newest value on request, so nothing queues up here. Belongs to one
 * context, where all methods are called; one subscriber at most.
 */
public final class RollingEvents implements Publisher<Object>, Subscription {
  /** Of a subscription whose question fails; then it ends. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final long everyMillis;
  private final Supplier<Future<RollingAverage>> question;
  private Runnable closing = () -> {};
  private Subscriber<? super Object> subscriber;
  private RollingAverage told;
  private long timer = -1;
  private boolean due = true;
  private boolean asking;
  private long demand;
  private boolean closed;

  /** When the first of the failures was that followed each other; 0 if the last one worked. */
  private long failingSince;

  RollingEvents(Vertx vertx, Duration every, Supplier<Future<RollingAverage>> question) {
    this.vertx = vertx;
    this.everyMillis = every.toMillis();
    this.question = question;
  }

  /** Sets the action at its end. */
  void onClose(Runnable task) {
    closing = task;
  }

  @Override
  public void subscribe(Subscriber<? super Object> newSubscriber) {
    subscriber = newSubscriber;
    newSubscriber.onSubscribe(this);
    if (closed) return;
    timer = vertx.setPeriodic(everyMillis, turn -> turn());
    look();
  }

  private void turn() {
    due = true;
    look();
  }

  @Override
  public void request(long events) {
    demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
    look();
  }

  private void look() {
    if (!due || asking || demand == 0 || closed) return;
    due = false;
    asking = true;
    question
        .get()
        .onComplete(
            answer -> {
              asking = false;
              if (closed) return;
              if (answer.failed()) {
                failed(answer.cause());
                return;
              }
              failingSince = 0;
              if (isNew(answer.result())) {
                told = answer.result();
                demand--;
                subscriber.onNext(told);
              }
            });
  }

  private boolean isNew(RollingAverage average) {
    return told == null
        || told.count() != average.count()
        || !Objects.equals(told.value(), average.value());
  }

  /** Transient failures are retried in the next turn, but not for ever without an error. */
  private void failed(Throwable cause) {
    if (failingSince == 0) failingSince = System.nanoTime();
    boolean isLong = System.nanoTime() - failingSince > MAX_SILENCE.toNanos();
    if (!isLong && ApiException.isPassing(cause)) return;
    cancel();
    subscriber.onError(cause);
  }

  @Override
  public void cancel() {
    if (closed) return;
    closed = true;
    if (timer >= 0) vertx.cancelTimer(timer);
    closing.run();
  }
}
