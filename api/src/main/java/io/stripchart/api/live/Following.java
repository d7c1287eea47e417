package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.live.StoredPages.Beginning;
import io.stripchart.api.live.StoredPages.Pages;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.Backoff;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The readings of the matching series, each once: first those of the past, if it has a {@code
 * since} or a cursor, then those of the stream. A fast subscriber receives them from the desk. A
 * slow one, or one in the past, only notes its position in the stream, and receives the rest on
 * request, from memory or from the database.
 *
 * <p>Why there are no gaps and no duplicates: it first listens to the desk, and then takes a
 * snapshot. What the snapshot sees is delivered as the past. A batch that the snapshot does not see
 * is announced after its commit, so after the snapshot, and reaches the desk while it listens; a
 * batch that the snapshot sees is skipped there.
 */
final class Following extends Events<Reading> implements LiveDesk.Listener {
  /** That are read from the database at once, when there are several. */
  static final int MAX_RUN_READINGS = 10_000;

  private static final int MAX_RUN_BATCHES = 64;

  /** Batches that are looked through in a turn. */
  private static final int MAX_STEPS = 16;

  /** For the same page, one after the other; less of it is requested each time. */
  static final int MAX_TIMEOUTS = 5;

  /** Without an answer of the database that it waits for, however often that is asked. */
  static final Duration MAX_SILENCE = Duration.ofMinutes(1);

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** Until it is known whether the database is still the same. */
  private static final Duration SUSPICION = Duration.ofMillis(100);

  private final Loop loop;
  private final SeriesPattern pattern;
  private final StoredPages stored;
  private final Losses losses;
  private final Waiting waiting;
  private final Pending pending = new Pending();
  private final ResumeTime resumeTime = new ResumeTime();
  private Start begun = Start.NOW;
  private boolean started;

  /** The cursor of the last event. */
  private String told;

  private Beginning beginning;

  /** Of the database, when it began. */
  private int changes;

  /** Whole batches that were given besides those of the stream; null if it has them all. */
  private KnownBatches given;

  private Pages pages;
  private boolean reading;
  private long askedAt;
  private int attempt;
  private int timeouts;
  private boolean gap;
  private boolean behind;

  /**
   * Where it begins.
   *
   * @param since first deliver stored readings later than this; null for none
   * @param after first deliver what this cursor leaves; null for none
   */
  record Start(Instant since, ResumeCursor after) {
    static final Start NOW = new Start(null, null);
  }

  Following(
      Loop loop,
      SeriesPattern pattern,
      StoredPages stored,
      Function<Reading, ?> shown,
      Losses losses) {
    super(loop.turns(), shown);
    this.loop = loop;
    this.waiting = new Waiting(loop.held());
    this.pattern = pattern;
    this.stored = stored;
    this.losses = losses;
  }

  /** Begins; once it listens to the desk. */
  void start(Start from) {
    begun = from;
    if (from.since == null && from.after == null) {
      started = true;
    } else {
      resumeTime.begin(from.since == null ? from.after.since() : from.since);
      askedAt = loop.nanos().getAsLong();
      begin(from);
    }
    countBehind();
  }

  private void begin(Start from) {
    stored
        .beginning()
        .onSuccess(
            found -> {
              if (isClosed()) return;
              beginning = found;
              given = found.batches();
              changes = loop.stream().changes();
              pages = past(from);
              started = true;
              answered();
              wake();
            })
        .onFailure(failure -> retry(failure, () -> begin(from)));
  }

  @SuppressWarnings("ReferenceEquality") // The start of another attempt is not reported.
  private Pages past(Start from) {
    if (from.after == null) return stored.history(pattern, Place.after(from.since), beginning);
    boolean exactly = isExact(from.after);
    if (from == begun || !exactly) losses.resumed(exactly);
    return exactly
        ? stored.missed(pattern, from.after, beginning)
        : stored.history(pattern, Place.after(from.after.since()), beginning);
  }

  /** Whether all that the cursor leaves is noted, and the database has all that it knows. */
  private boolean isExact(ResumeCursor after) {
    return !after.isByTime()
        && after.database() == beginning.database()
        && after.given().until() >= beginning.keptSince()
        && after.given().until() <= beginning.now()
        && !beginning.lacks(after.given());
  }

  @Override
  public void stored(Batch batch, List<Reading> readings) {
    if (isClosed() || isSeen(batch)) return;
    boolean hasRoom = waiting.isEmpty() || waiting.size() + readings.size() <= loop.maxWaiting();
    var ordered = loop.batchReadings().ordered(readings);
    var least = loop.leastTimes().of(ordered);
    if (hasJoined() && hasRoom) {
      hold(batch, ordered, least, progress(batch));
    } else {
      pending.add(batch.position(), least[0]);
      countBehind();
    }
    wake();
  }

  private void hold(Object origin, List<Reading> readings, long[] least, Progress progress) {
    waiting.add(origin, readings, least, progress);
    loop.held().makeRoom();
  }

  /** As of {@link Waiting#oldest}. */
  long oldestHeld() {
    return waiting.oldest();
  }

  /** Ends it, as others need the memory of the readings that it does not take. */
  void endAsTooSlow() {
    fail(resumeTime.tooFarBehind("slow subscribers hold too many readings in memory"));
  }

  /** Of the readings of a batch in memory. */
  private Progress progress(Batch batch) {
    forgetBeginning(batch.position());
    if (given == null) return loop.batchReadings().progress(batch);
    var before = given.union(loop.stream().knownBefore(batch.position()));
    return Progress.ofBatch(beginning.database(), before, batch);
  }

  /**
   * When it has reached the point where the stream has everything that its snapshot saw, it follows
   * the stream.
   */
  private void forgetBeginning(long position) {
    if (given == null || !loop.stream().covers(beginning.batches().until(), position)) return;
    given = null;
    beginning = null;
  }

  @Override
  public void unread(Batch batch) {
    if (isClosed() || isSeen(batch)) return;
    pending.add(batch.position(), batch.first());
    countBehind();
    wake();
  }

  @Override
  public void gap() {
    fail(resumeTime.tooFarBehind("batches were missed that cannot be found again"));
  }

  @Override
  public void failed(Throwable cause) {
    fail(cause);
  }

  /** Whether the past has it. */
  private boolean isSeen(Batch batch) {
    return beginning != null && batch.isSeenBy(beginning.snapshot());
  }

  private boolean hasJoined() {
    return started && pages == null && pending.isEmpty();
  }

  @Override
  Reading poll() {
    for (int step = 0; waiting.isEmpty(); step++) {
      if (step == MAX_STEPS) {
        wakeLater();
        return null;
      }
      if (!advance()) return null;
    }
    return give(waiting.poll());
  }

  /**
   * Reads what follows.
   *
   * @return whether to continue in this turn
   */
  private boolean advance() {
    if (!started || reading) return false;
    if (pages != null && pages.hasMore()) {
      readPage();
      return !reading && !isClosed();
    }
    if (pages != null) {
      if (pages.isShort()) untold();
      pages = null;
    }
    if (!pending.isEmpty()) takePending();
    countBehind();
    return !isClosed() && (pages != null || !pending.isEmpty() || !waiting.isEmpty());
  }

  private void readPage() {
    if (!reading) askedAt = loop.nanos().getAsLong();
    reading = true;
    if (loop.stream().isSuspect()) {
      later(SUSPICION, this::readPage);
      return;
    }
    if (beginning != null && changes != loop.stream().changes()) {
      beginAgain();
      return;
    }
    pages
        .next(() -> !isClosed())
        .onSuccess(
            page -> {
              reading = false;
              answered();
              if (isClosed()) return;
              if (!page.readings().isEmpty()) {
                var progress = pages.progress(page, database());
                hold(page, page.readings(), loop.leastTimes().of(page.readings()), progress);
              }
              wake();
            })
        .onFailure(failure -> retry(failure, this::readPage));
  }

  /** The snapshot is of a server that was replaced, and says nothing about the new one. */
  private void beginAgain() {
    started = false;
    reading = false;
    pages = null;
    begin(told == null ? begun : new Start(null, ResumeCursor.parse(told)));
  }

  private int database() {
    return beginning == null ? loop.stream().database() : beginning.database();
  }

  private void answered() {
    attempt = 0;
    timeouts = 0;
  }

  /** Ends if the database has not answered for too long. */
  void checkSilence() {
    boolean asking = !started || reading;
    if (isClosed() || !asking) return;
    if (loop.nanos().getAsLong() - askedAt < MAX_SILENCE.toNanos()) return;
    fail(
        resumeTime.unanswered(
            new ApiException(
                Code.DATABASE_AWAY, "the database has not answered within " + MAX_SILENCE)));
  }

  private void retry(Throwable failure, Runnable task) {
    if (isClosed()) return;
    timeouts = ApiException.isTimeout(failure) ? timeouts + 1 : 0;
    if (timeouts > MAX_TIMEOUTS) {
      fail(resumeTime.unanswered((ApiException) failure));
    } else if (ApiException.isPassing(failure)) {
      later(BACKOFF.delay(attempt++, ThreadLocalRandom.current()), task);
    } else {
      fail(failure);
    }
  }

  private void later(Duration delay, Runnable task) {
    loop.timers()
        .accept(
            delay,
            () -> {
              if (!isClosed()) task.run();
            });
  }

  private void takePending() {
    var batch = loop.stream().at(pending.first());
    if (batch == null) {
      fail(
          resumeTime.tooFarBehind(
              "more than " + loop.stream().maxBatches() + " batches were stored since"));
      return;
    }
    pending.removeFirst();
    if (isSeen(batch)) return;
    if (batch.isInMemory()) {
      var matched = loop.batchReadings().ordered(loop.desk().matched(pattern, batch));
      hold(batch, matched, loop.leastTimes().of(matched), progress(batch));
    } else if (batch.isReadable()) {
      forgetBeginning(batch.position());
      var before = loop.stream().knownBefore(batch.position());
      pages = stored.batches(pattern, run(batch), given == null ? before : given.union(before));
    } else {
      untold();
    }
  }

  /** Together with later ones that are to be read too, so that small ones share a statement. */
  private List<Batch> run(Batch first) {
    var run = new ArrayList<Batch>();
    run.add(first);
    long readings = first.count();
    while (!pending.isEmpty() && run.size() < MAX_RUN_BATCHES) {
      var next = loop.stream().at(pending.first());
      if (next == null || next.isInMemory() || !next.isReadable()) break;
      readings += next.count();
      if (readings > MAX_RUN_READINGS) break;
      pending.removeFirst();
      if (!isSeen(next)) run.add(next);
    }
    return run;
  }

  private void untold() {
    gap = true;
    loop.metrics().untold();
  }

  private Reading give(Reading next) {
    long least = Math.min(waiting.least(), pending.least());
    if (pages != null) least = Math.min(least, pages.least());
    boolean isWhole = loop.stream().isWhole(loop.desk().position());
    if (gap) losses.gap();
    gap = false;
    var since = resumeTime.give(ReadingTime.micros(next.time()), least, isWhole);
    losses.resumesFrom(since);
    told = ResumeCursor.text(since, waiting.progress());
    losses.resumesBehind(told);
    return next;
  }

  private void countBehind() {
    boolean now = !isClosed() && !hasJoined();
    if (now != behind) loop.metrics().behind().addAndGet(now ? 1 : -1);
    behind = now;
  }

  @Override
  void clear() {
    waiting.clear();
    pending.clear();
    pages = null;
    countBehind();
  }
}
