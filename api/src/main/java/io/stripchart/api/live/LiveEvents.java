package io.stripchart.api.live;

import io.vertx.core.Context;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The events of one subscription, given as they are asked for. Belongs to one context, where all of
 * it is called; one subscriber at most.
 */
public final class LiveEvents<E> implements Publisher<Object>, Subscription {
  /** Then others have their turn. */
  private static final int MAX_EVENTS_A_TURN = 16;

  private final Context context;
  private final Backlog<E> backlog = new Backlog<>();
  private final Losses losses;
  private final LongConsumer dropped;
  private final Function<E, ?> shown;
  private Runnable closing = () -> {};
  private Subscriber<? super Object> subscriber;
  private long demand;
  private boolean draining;
  private boolean closed;

  /**
   * @param shown what an event is to the subscriber
   * @param dropped told of events as they are dropped
   */
  LiveEvents(Context context, Function<E, ?> shown, Losses losses, LongConsumer dropped) {
    this.context = context;
    this.shown = shown;
    this.losses = losses;
    this.dropped = dropped;
  }

  /** Sets what ends its supply. */
  void onClose(Runnable task) {
    closing = task;
  }

  void add(List<E> events) {
    if (closed) return;
    long lost = backlog.add(events);
    if (lost > 0) dropped.accept(lost);
    drainSoon();
  }

  void addMissed(long events) {
    if (closed) return;
    backlog.addMissed(events);
    dropped.accept(events);
  }

  /** Told with the next event that is given, whichever that is. */
  void addGap() {
    if (!closed) losses.gap();
  }

  @Override
  public void subscribe(Subscriber<? super Object> newSubscriber) {
    subscriber = newSubscriber;
    newSubscriber.onSubscribe(this);
  }

  @Override
  public void request(long events) {
    demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
    drain();
  }

  @Override
  public void cancel() {
    if (closed) return;
    closed = true;
    backlog.clear();
    closing.run();
  }

  /** In a turn of its own: there may be a thousand others who are told of the same. */
  private void drainSoon() {
    if (draining || subscriber == null || demand == 0) return;
    draining = true;
    context.runOnContext(
        turn -> {
          draining = false;
          drain();
        });
  }

  /** Asking for more while being given one is usual, and must not nest. */
  private void drain() {
    if (draining || subscriber == null) return;
    draining = true;
    int given = 0;
    while (demand > 0 && backlog.size() > 0 && !closed && given++ < MAX_EVENTS_A_TURN) {
      demand--;
      give(backlog.poll());
    }
    draining = false;
    if (backlog.size() > 0 && !closed) drainSoon();
  }

  private void give(E event) {
    long lost = backlog.takeMissed();
    if (lost > 0) losses.missed(lost);
    subscriber.onNext(shown.apply(event));
  }
}
