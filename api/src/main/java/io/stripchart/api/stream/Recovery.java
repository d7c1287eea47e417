package io.stripchart.api.stream;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BatchNotes;
import io.stripchart.api.stored.BatchNotes.Unknown;
import io.stripchart.api.stored.NotedBatch;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.Backoff;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what this process did not hear of, from what the transactions noted of themselves, and
 * brings it into the stream. Until that is done, the stream is not whole. Belongs to one context.
 *
 * <p>What it begins with is a snapshot: whatever that one sees is taken for known, as nobody
 * follows yet. From then on each batch is either seen by the snapshot, or heard of, or noted and
 * unknown. Each look moves the snapshot on.
 */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /** Notes are kept for an hour; who could not read them for nearly as long may miss some. */
  static final Duration MAX_DOUBT = Duration.ofMinutes(50);

  private final BatchNotes notes;
  private final StoredStream stream;
  private final HeardBatches heard;
  private final ApiMetrics metrics;
  private final Timers timers;
  private Snapshot known;
  private boolean doubting;
  private long doubtedAt;
  private boolean deaf;
  private boolean looking;
  private boolean again;
  private int attempt;

  Recovery(
      BatchNotes notes,
      StoredStream stream,
      HeardBatches heard,
      ApiMetrics metrics,
      Timers timers) {
    this.notes = notes;
    this.stream = stream;
    this.heard = heard;
    this.metrics = metrics;
    this.timers = timers;
  }

  /** Nothing is heard of from now on, so that the stream is not whole whatever is found. */
  void deaf() {
    deaf = true;
    doubt();
  }

  private void doubt() {
    stream.doubt();
    if (doubting) return;
    doubting = true;
    doubtedAt = timers.nanos();
  }

  /** Batches are being heard of, for the first time or again. */
  void hearing() {
    deaf = false;
    look();
  }

  boolean hasBegun() {
    return known != null;
  }

  /** Whether it has nothing to find out. */
  boolean isSettled() {
    return hasBegun() && !doubting;
  }

  /** What is seen by it was heard of, or found, or stored before the beginning. */
  Snapshot known() {
    return known;
  }

  /**
   * Whatever this snapshot sees is known.
   *
   * @param from what was known when that was found out
   */
  void moveOn(Snapshot from, Snapshot to) {
    if (known.equals(from)) known = to;
  }

  /** Looks for whatever is not known; again, where it is looking already. */
  void look() {
    doubt();
    again = looking;
    if (looking) return;
    if (known == null) {
      attempt(notes::snapshot, snapshot -> known = snapshot);
    } else {
      attempt(() -> notes.unknown(known, heard.all(), stream.maxBatches() + 1), this::take);
    }
  }

  private interface Taking<T> {
    void take(T answer);
  }

  private <T> void attempt(Supplier<Future<T>> question, Taking<T> taking) {
    looking = true;
    question
        .get()
        .onSuccess(answer -> taken(() -> taking.take(answer)))
        .onFailure(failure -> retry(failure, () -> attempt(question, taking)));
  }

  private void taken(Runnable taking) {
    looking = false;
    attempt = 0;
    taking.run();
    // Whatever is found from now on is younger than this answer.
    doubtedAt = timers.nanos();
    if (again) {
      look();
    } else if (!deaf) {
      doubting = false;
      stream.whole();
    }
  }

  private void retry(Throwable failure, Runnable task) {
    if (attempt == 0) log.warn("event=recovery_failed; is tried again", failure);
    timers.after(BACKOFF.delay(attempt++, ThreadLocalRandom.current()), task);
  }

  private void take(Unknown unknown) {
    known = unknown.snapshot();
    if (timers.nanos() - doubtedAt > MAX_DOUBT.toNanos()) {
      lose("notes of what was missed may be gone");
      return;
    }
    if (unknown.batches().size() > stream.maxBatches()) {
      lose("too many batches were missed");
      return;
    }
    var missed = new ArrayList<Batch>();
    for (var note : unknown.batches()) {
      // Some may have been heard of meanwhile.
      if (heard.add(note.process(), note.sequence())) missed.add(batch(note));
    }
    if (missed.isEmpty()) return;
    log.info("event=live_recovered batches={}", missed.size());
    metrics.recovered(missed.size());
    stream.appendUnread(missed);
  }

  private void lose(String why) {
    log.error("event=live_lost reason=\"{}\"; subscriptions end", why);
    stream.lose();
  }

  private static Batch batch(NotedBatch note) {
    return new Batch(0, note.transaction(), note.times(), note.readings(), null);
  }
}
