package io.stripchart.api.stream;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BatchNotes;
import io.stripchart.api.stored.BatchNotes.Moment;
import io.stripchart.api.stored.BatchNotes.Unknown;
import io.stripchart.api.stored.BoundedMap;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.NotedBatch;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.Backoff;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds batches that this process did not receive, in the log of batches, and adds them to the
 * stream. Until then the stream is not whole. Belongs to one context.
 *
 * <p>It begins with a snapshot: everything that it sees counts as known, as there are no followers
 * yet. From then on each batch is either seen by the snapshot, or received, or in the log and
 * unknown. Each look moves the snapshot on.
 *
 * <p>Each look also tells whether the database is the same: if it lacks batches that were seen or
 * announced before, it was restored from a backup, or a standby took its place that had not
 * received them. Then the stream is lost.
 */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /** Between two looks while nothing is heard of. */
  static final Duration DEAF_LOOK = Duration.ofSeconds(5);

  private static final int MAX_ANNOUNCED = 1_000;

  /** Notes are kept for an hour at least; without them for nearly as long, some may be missed. */
  static final Duration MAX_DOUBT = Duration.ofMinutes(50);

  private final BatchNotes notes;
  private final StoredStream stream;
  private final HeardBatches heard;
  private final ApiMetrics metrics;
  private final Timers timers;
  private final Map<UUID, Announced> announced = new BoundedMap<>(MAX_ANNOUNCED);
  private Snapshot known;

  /** Whether it is to begin again. */
  private boolean anew;

  /** How many times the database may have become another one. */
  private int changes;

  private boolean doubting;
  private long doubtedAt;
  private boolean deaf;
  private boolean polling;
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

  /**
   * The batch of a process that was heard of last.
   *
   * @param changes of the database until then
   */
  private record Announced(long sequence, long transaction, int changes) {}

  /** What was known when the query was sent. */
  record Asked(Snapshot known, KnownBatches batches, Map<UUID, Announced> announced) {}

  Asked ask() {
    return new Asked(known, stream.knownBefore(stream.next()), Map.copyOf(announced));
  }

  void heard(UUID process, long sequence, long transaction) {
    announced.put(process, new Announced(sequence, transaction, changes));
  }

  /**
   * No announcements arrive from now on, so the stream is not whole whatever is found. The log is
   * read every few seconds.
   */
  void deaf() {
    deaf = true;
    doubt();
    if (!polling) timers.after(DEAF_LOOK, this::lookWhileDeaf);
    polling = true;
  }

  private void lookWhileDeaf() {
    polling = deaf;
    if (!deaf) return;
    if (hasBegun()) look();
    timers.after(DEAF_LOOK, this::lookWhileDeaf);
  }

  /**
   * The database may have become another one, or one of an earlier time, which a look decides.
   *
   * @param isAnother whether it is known to be another one
   */
  void changed(boolean isAnother) {
    changes++;
    if (!hasBegun()) return;
    stream.suspect(true);
    if (isAnother) {
      anew = true;
      lose("the database is another one");
    }
    look();
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

  /**
   * Whatever is seen at this moment is known.
   *
   * @param asked when that was found out
   */
  void moveOn(Asked asked, Moment seen) {
    if (known == null || !known.equals(asked.known)) return;
    known = seen.snapshot();
    stream.learn(asked.batches, seen);
  }

  /** Whether the database lacks batches that it had at an earlier query. */
  boolean isOlder(Asked asked, Moment seen) {
    var now = seen.snapshot().numbers();
    boolean hasLess =
        asked.known.numbers().entrySet().stream()
            .anyMatch(then -> now.getOrDefault(then.getKey(), Long.MAX_VALUE) < then.getValue());
    return hasLess
        || asked.announced.entrySet().stream()
            .anyMatch(last -> lacks(seen.snapshot(), last.getKey(), last.getValue()));
  }

  private boolean lacks(Snapshot seen, UUID process, Announced last) {
    if (last.changes == changes) return false;
    // It was committed before it was announced.
    return last.transaction >= seen.xmax()
        || seen.numbers().getOrDefault(process, Long.MAX_VALUE) < last.sequence;
  }

  /** Looks for whatever is not known; again, if it is looking already. */
  void look() {
    doubt();
    again = looking;
    if (looking) return;
    if (known == null || anew) {
      anew = false;
      var then = new AtomicReference<KnownBatches>();
      attempt(
          () -> {
            then.set(stream.knownBefore(stream.next()));
            return notes.now();
          },
          seen -> begin(then.get(), seen));
    } else {
      var asked = new AtomicReference<Asked>();
      attempt(
          () -> {
            asked.set(ask());
            return notes.unknown(known, heard.all(), stream.maxBatches() + 1);
          },
          unknown -> take(asked.get(), unknown));
    }
  }

  private void begin(KnownBatches then, Moment seen) {
    known = seen.snapshot();
    announced.clear();
    stream.learn(then, seen);
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
    } else {
      stream.suspect(false);
      if (deaf) return;
      doubting = false;
      stream.whole();
    }
  }

  private void retry(Throwable failure, Runnable task) {
    if (attempt == 0) log.warn("event=recovery_failed; is tried again", failure);
    timers.after(BACKOFF.delay(attempt++, ThreadLocalRandom.current()), task);
  }

  private void take(Asked asked, Unknown unknown) {
    var seen = unknown.moment();
    if (isOlder(asked, seen)) {
      known = seen.snapshot();
      announced.clear();
      lose("the database lacks batches that it had, as after a restore from a backup");
      stream.learn(KnownBatches.NONE, seen);
      return;
    }
    append(unknown);
    moveOn(asked, seen);
  }

  private void append(Unknown unknown) {
    if (timers.nanos() - doubtedAt > MAX_DOUBT.toNanos()) {
      lose("the log of missed batches may be deleted");
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
    return new Batch(
        0,
        note.process(),
        note.sequence(),
        note.transaction(),
        note.times(),
        note.readings(),
        null);
  }
}
