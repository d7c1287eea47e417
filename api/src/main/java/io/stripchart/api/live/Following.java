package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.live.StoredPages.Pages;
import io.stripchart.api.stored.Snapshot;
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
 * The readings of the series that match, each of them once: first those of the past, where it has a
 * {@code since}, then whatever the stream brings. Who is quick is given what the desk tells. Who is
 * slow, or in the past, only notes where in the stream the rest stands, and is given it when it
 * asks for it, from memory or from the database.
 *
 * <p>Why none is missed and none given twice: it listens to the desk first and takes a snapshot
 * then. What the snapshot sees is given as the past. A batch that the snapshot does not see is
 * announced after its commit, which is after the snapshot, and so comes to the desk while it
 * listens; one that the snapshot sees is passed over there.
 */
final class Following extends Events<Reading> implements LiveDesk.Listener {
  /** That are read from the database at once, when there are several. */
  static final int MAX_RUN_READINGS = 10_000;

  private static final int MAX_RUN_BATCHES = 64;

  /** Batches that are looked through in a turn. */
  private static final int MAX_STEPS = 16;

  /** Of the same page, one after the other; less of it is asked for each time. */
  static final int MAX_TIMEOUTS = 5;

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final Loop loop;
  private final SeriesPattern pattern;
  private final StoredPages stored;
  private final Losses losses;
  private final Waiting waiting = new Waiting();
  private final Pending pending = new Pending();
  private final ResumeTime resumeTime = new ResumeTime();
  private boolean started;
  private Snapshot snapshot;
  private Pages pages;
  private boolean reading;
  private int attempt;
  private int timeouts;
  private boolean gap;
  private boolean behind;

  Following(
      Loop loop,
      SeriesPattern pattern,
      StoredPages stored,
      Function<Reading, ?> shown,
      Losses losses) {
    super(loop.turns(), shown);
    this.loop = loop;
    this.pattern = pattern;
    this.stored = stored;
    this.losses = losses;
  }

  /**
   * Begins; once it listens to the desk.
   *
   * @param since readings of a later time that are stored come first; null for none of them
   */
  void start(Instant since) {
    if (since == null) {
      started = true;
    } else {
      resumeTime.begin(since);
      takeSnapshot(since);
    }
    countBehind();
  }

  private void takeSnapshot(Instant since) {
    stored
        .snapshot()
        .onSuccess(
            taken -> {
              snapshot = taken;
              pages = stored.history(pattern, since, taken);
              started = true;
              answered();
              wake();
            })
        .onFailure(failure -> retry(failure, () -> takeSnapshot(since)));
  }

  @Override
  public void stored(Batch batch, List<Reading> readings) {
    if (isClosed() || isSeen(batch)) return;
    boolean hasRoom = waiting.isEmpty() || waiting.size() + readings.size() <= loop.maxWaiting();
    var least = loop.leastTimes().of(readings);
    if (hasJoined() && hasRoom) {
      waiting.add(readings, least);
    } else {
      pending.add(batch.position(), least[0]);
      countBehind();
    }
    wake();
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
    return snapshot != null && batch.isReadable() && snapshot.sees(batch.transaction());
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
   * Gets what comes next.
   *
   * @return whether there is any use in going on in this turn
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
    reading = true;
    pages
        .next(() -> !isClosed())
        .onSuccess(
            page -> {
              reading = false;
              answered();
              if (isClosed()) return;
              waiting.add(page, loop.leastTimes().of(page));
              wake();
            })
        .onFailure(failure -> retry(failure, this::readPage));
  }

  private void answered() {
    attempt = 0;
    timeouts = 0;
  }

  private void retry(Throwable failure, Runnable task) {
    if (isClosed()) return;
    timeouts = ApiException.isTimeout(failure) ? timeouts + 1 : 0;
    if (timeouts > MAX_TIMEOUTS) {
      fail(resumeTime.unanswered((ApiException) failure));
    } else if (ApiException.isPassing(failure)) {
      var delay = BACKOFF.delay(attempt++, ThreadLocalRandom.current());
      loop.timers()
          .accept(
              delay,
              () -> {
                if (!isClosed()) task.run();
              });
    } else {
      fail(failure);
    }
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
      var matched = loop.desk().matched(pattern, batch);
      waiting.add(matched, loop.leastTimes().of(matched));
    } else if (batch.isReadable()) {
      pages = stored.batches(pattern, run(batch));
    } else {
      untold();
    }
  }

  /** With those behind it that are to be read too, so that small ones share a statement. */
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
    losses.resumesFrom(resumeTime.give(ReadingTime.micros(next.time()), least, isWhole));
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
