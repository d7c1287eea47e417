package io.stripchart.api.kept;

import io.stripchart.api.live.LiveDesk;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stream.Batch;
import io.stripchart.api.turns.Waiters;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.LongFunction;

/**
 * One cached view. It first listens, then loads, and then adds what the snapshot of the loading did
 * not see, so it has each reading once. If batches were missed, the view is discarded, and the next
 * request loads it again.
 */
final class Kept<V extends View> implements LiveDesk.Listener {
  private final Room room;
  private final LongFunction<Future<Loaded<V>>> loader;
  private final long againMillis;
  private final WaitingBatches waiting = new WaitingBatches();
  private V view;
  private Snapshot snapshot;
  private Promise<V> loading;
  private Waiters waiters;
  private boolean missedSome;
  private long held;
  private long asked;
  private long notBefore;

  /** The capacity shared by all views. */
  interface Room {
    /** Estimated weight of a view that is not loaded. */
    long of(Kept<?> one);

    /** It weighs so much more, or less. */
    void hold(long change);

    /**
     * Lets go of others if all together hold too much.
     *
     * @return whether they hold no more than they may
     */
    boolean make(Kept<?> one);

    /**
     * @return whether another one may be loaded; then it is, until {@link #loaded}
     */
    boolean load();

    void loaded();
  }

  private final Runnable settled;

  /**
   * @param loader loads at most so much weight
   * @param againMillis how long a view that was too large is not loaded again
   * @param notBefore time before which it is not loaded again either, in milliseconds since 1970
   * @param settled called when loading has ended, successfully or not
   */
  Kept(
      Room room,
      LongFunction<Future<Loaded<V>>> loader,
      long againMillis,
      long notBefore,
      Runnable settled) {
    this.room = room;
    this.loader = loader;
    this.againMillis = againMillis;
    this.notBefore = notBefore;
    this.settled = settled;
  }

  /** Time of the last request, in milliseconds since 1970. */
  long asked() {
    return asked;
  }

  void asked(long now) {
    asked = now;
  }

  /** Before that it is not loaded, in milliseconds of the epoch. */
  long notBefore() {
    return notBefore;
  }

  boolean isLoading() {
    return loading != null;
  }

  /** Weight of the view; 0 if there is none. */
  long held() {
    return held;
  }

  boolean isEmpty() {
    return view == null;
  }

  /** Whether it holds a view in which there is nothing. */
  boolean isBlank() {
    return view != null && held == 0;
  }

  /** Whether it holds a view of a subject that does not exist. */
  boolean isOfNothing() {
    return view != null && !view.exists();
  }

  /** The current view; null if there is none that is complete. */
  V now() {
    return view != null && view.covers() ? view : null;
  }

  /**
   * The view, loaded if necessary.
   *
   * @return of null if the database is to be asked instead
   */
  Future<V> ask() {
    var ready = now();
    if (ready != null) return Future.succeededFuture(ready);
    if (loading != null) return waiters.join(loading.future());
    if (asked < notBefore || !room.load()) return Future.succeededFuture();
    return load();
  }

  private Future<V> load() {
    letGo();
    missedSome = false;
    var promise = Promise.<V>promise();
    loading = promise;
    waiters = new Waiters();
    var answer = waiters.join(promise.future());
    waiters
        .ask(() -> loader.apply(Math.max(0, room.of(this))))
        .map(this::take)
        .onComplete(
            done -> {
              waiting.clear();
              if (done.failed()) letGo();
              loading = null;
              waiters = null;
              room.loaded();
              settled.run();
              promise.handle(done);
            });
    return answer;
  }

  private V take(Loaded<V> loaded) {
    // Without the missed batches it would not be the state at any moment.
    if (missedSome) return null;
    // Other views may have grown meanwhile.
    if (loaded.view() == null || loaded.view().weight() > room.of(this)) {
      notBefore = asked + againMillis;
      return null;
    }
    view = loaded.view();
    snapshot = loaded.snapshot();
    weigh();
    waiting.giveTo(this::add);
    return now();
  }

  private void weigh() {
    long weight = view.weight();
    room.hold(weight - held);
    held = weight;
    if (!room.make(this)) letGo();
  }

  /** Holds nothing afterwards. */
  void letGo() {
    room.hold(-held);
    held = 0;
    view = null;
    snapshot = null;
  }

  @Override
  public void stored(Batch batch, List<Reading> readings) {
    if (!batch.isReadable()) {
      // It is unknown whether the loaded state includes it.
      gap();
    } else if (view != null) {
      add(batch, readings);
    } else if (loading != null && !waiting.add(batch, readings)) {
      missedSome = true;
    }
  }

  private void add(Batch batch, List<Reading> readings) {
    if (view == null) return;
    if (batch.isDoubtful(snapshot)) {
      gap();
    } else if (!batch.isSeenBy(snapshot)) {
      view.add(readings);
      weigh();
    }
  }

  @Override
  public void unread(Batch batch) {
    if (snapshot == null || !batch.isSeenBy(snapshot) || batch.isDoubtful(snapshot)) gap();
  }

  @Override
  public void gap() {
    missedSome = true;
    letGo();
  }

  /** The view being loaded may still include them. */
  @Override
  public void deleted() {
    gap();
  }
}
