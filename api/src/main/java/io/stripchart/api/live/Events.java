package io.stripchart.api.live;

import java.util.concurrent.Executor;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The events of one subscription, emitted on demand. Belongs to one context, where all methods are
 * called; one subscriber at most.
 */
public abstract class Events<E> implements Publisher<Object>, Subscription {
  /** Then others have their turn. */
  private static final int MAX_EVENTS_A_TURN = 16;

  private final Executor turns;
  private final Function<E, ?> shown;
  private Runnable closing = () -> {};
  private Subscriber<? super Object> subscriber;
  private Throwable failure;
  private long demand;
  private boolean draining;
  private boolean closed;

  /**
   * @param turns run a task in a turn of its own
   * @param shown converts an event for the subscriber
   */
  Events(Executor turns, Function<E, ?> shown) {
    this.turns = turns;
    this.shown = shown;
  }

  /**
   * The next event.
   *
   * @return null if none is there; then {@link #wake} is called when one is
   */
  abstract E poll();

  /** Releases what it holds. */
  abstract void clear();

  /** Sets the action that ends its source. */
  final void onClose(Runnable task) {
    closing = task;
  }

  final boolean isClosed() {
    return closed;
  }

  @Override
  public final void subscribe(Subscriber<? super Object> newSubscriber) {
    subscriber = newSubscriber;
    newSubscriber.onSubscribe(this);
    if (failure != null) newSubscriber.onError(failure);
  }

  @Override
  public final void request(long events) {
    demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
    drain();
  }

  @Override
  public final void cancel() {
    if (closed) return;
    closed = true;
    clear();
    closing.run();
  }

  /** Ends it with a failure, which the subscriber receives. */
  final void fail(Throwable cause) {
    if (closed) return;
    cancel();
    failure = cause;
    if (subscriber != null) subscriber.onError(cause);
  }

  /**
   * There may be an event. Handled in a turn of its own, because a thousand others may get the
   * same.
   */
  final void wake() {
    if (draining || closed || subscriber == null || demand == 0) return;
    draining = true;
    turns.execute(
        () -> {
          draining = false;
          drain();
        });
  }

  /** As {@link #wake}, from within {@link #poll}. */
  final void wakeLater() {
    turns.execute(this::wake);
  }

  /** Asking for more while being given one is usual, and must not nest. */
  private void drain() {
    if (draining || subscriber == null) return;
    draining = true;
    boolean more = true;
    for (int given = 0; more && given < MAX_EVENTS_A_TURN; given++) more = giveOne();
    draining = false;
    if (more) wake();
  }

  private boolean giveOne() {
    if (demand == 0 || closed) return false;
    var event = poll();
    if (event == null || closed) return false;
    demand--;
    subscriber.onNext(shown.apply(event));
    return true;
  }
}
