package io.stripchart.api.live;

import io.stripchart.api.live.StoredPages.Beginning;
import io.stripchart.api.live.StoredPages.Pages;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.NotedBatch;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The batches that a cursor leaves: the rest of those delivered in part, then those noted since, in
 * the order of the log, and then the rest of the past if it was not delivered to its end.
 * Everything as seen by the snapshot of the new subscription; later batches come with the stream.
 */
final class MissedPages implements Pages {
  /** Of a look into the log. */
  private static final int MAX_NOTES = 1_000;

  /** That are read together. */
  private static final int MAX_BATCHES = 256;

  private static final int MAX_READINGS = 10_000;

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final ResumeCursor after;
  private final Beginning beginning;
  private final long questions;
  private final ArrayDeque<ResumeCursor.Part> parts;
  private final ArrayDeque<NotedBatch> noted = new ArrayDeque<>();

  /** Batches that are given, or are once the pages under way are. */
  private KnownBatches given;

  private KnownBatches underWay = KnownBatches.NONE;
  private Pages pages;
  private NotedBatch lastNoted;
  private boolean allNoted;
  private boolean inHistory;
  private boolean isShort;

  MissedPages(
      DatabasePages database, SeriesPattern pattern, ResumeCursor after, Beginning beginning) {
    this.database = database;
    this.pattern = pattern;
    this.after = after;
    this.beginning = beginning;
    this.questions = database.matching().questions();
    this.parts = new ArrayDeque<>(after.parts());
    this.given = after.given();
    // Before all notes of that time.
    this.lastNoted =
        new NotedBatch(
            new UUID(0, 0), 0, 0, TimeStretches.between(0, 0), 0, Math.max(0, given.until()) - 1);
  }

  private Future<SeriesSet> series() {
    return database.matching().since(pattern, questions);
  }

  @Override
  public Future<StreamPage> next(BooleanSupplier wanted) {
    if (pages != null && pages.hasMore()) return pages.next(wanted);
    if (pages != null && pages.isShort()) isShort = true;
    given = given.union(underWay);
    underWay = KnownBatches.NONE;
    pages = null;
    if (!parts.isEmpty()) return readPart(wanted);
    if (!noted.isEmpty()) return readNoted(wanted);
    if (!allNoted) return look(wanted);
    inHistory = true;
    if (after.history() == null) return Future.succeededFuture(StreamPage.EMPTY);
    pages = database.history(pattern, after.history(), beginning);
    return pages.next(wanted);
  }

  private Future<StreamPage> readPart(BooleanSupplier wanted) {
    var part = parts.getFirst();
    return database
        .read(wanted, () -> database.queries().noted(part.batches(), MAX_NOTES))
        .compose(
            found -> {
              parts.removeFirst();
              underWay = part.batches();
              var batches = found.stream().filter(this::isBeforeHistory).map(this::batch).toList();
              if (batches.isEmpty()) return Future.succeededFuture(StreamPage.EMPTY);
              pages =
                  after.last() == null
                      ? pages(batches, part.place())
                      : new RestOfBatch(pages(batches, null));
              return pages.next(wanted);
            });
  }

  private Pages pages(List<Batch> batches, Place begin) {
    return new BatchPages(
        database,
        pattern,
        this::series,
        batches,
        new BatchPages.Bounds(given, begin, after.history(), List.copyOf(parts)));
  }

  private boolean isBeforeHistory(NotedBatch note) {
    return after.history() == null
        || note.times().first() <= ReadingTime.micros(after.history().time());
  }

  private Batch batch(NotedBatch note) {
    return new Batch(
        0,
        note.process(),
        note.sequence(),
        note.transaction(),
        note.times(),
        note.readings(),
        null);
  }

  /** Finds the next entries of the log; reads no readings in this step. */
  private Future<StreamPage> look(BooleanSupplier wanted) {
    return database
        .read(wanted, () -> database.queries().noted(lastNoted, beginning.now(), MAX_NOTES))
        .map(
            page -> {
              allNoted = page.size() < MAX_NOTES;
              if (!page.isEmpty()) lastNoted = page.get(page.size() - 1);
              page.stream().filter(this::isMissed).forEach(noted::add);
              return StreamPage.EMPTY;
            });
  }

  private boolean isMissed(NotedBatch note) {
    var process = note.process();
    return !given.has(process, note.sequence(), note.notedAt())
        && after.parts().stream().noneMatch(part -> part.batches().has(process, note.sequence()))
        && beginning.batches().has(process, note.sequence(), note.notedAt());
  }

  private Future<StreamPage> readNoted(BooleanSupplier wanted) {
    var batches = new ArrayList<Batch>();
    var numbers = KnownBatches.NONE.builder();
    long readings = 0;
    while (!noted.isEmpty() && batches.size() < MAX_BATCHES && readings < MAX_READINGS) {
      var note = noted.removeFirst();
      numbers.add(note.process(), note.sequence(), note.sequence());
      if (!isBeforeHistory(note)) continue;
      batches.add(batch(note));
      readings += note.readings();
    }
    underWay = numbers.build();
    if (batches.isEmpty()) return Future.succeededFuture(StreamPage.EMPTY);
    pages = pages(batches, null);
    return pages.next(wanted);
  }

  @Override
  public Progress progress(StreamPage page, int databaseHash) {
    return pages == null ? Progress.unknown() : pages.progress(page, databaseHash);
  }

  @Override
  public boolean hasMore() {
    if (pages != null && pages.hasMore()) return true;
    if (!parts.isEmpty() || !noted.isEmpty() || !allNoted) return true;
    return after.history() != null && !inHistory;
  }

  @Override
  public boolean isShort() {
    return isShort || (pages != null && pages.isShort());
  }

  @Override
  public long least() {
    if (inHistory) return pages == null ? Long.MAX_VALUE : pages.least();
    // The next entries may be as early as that.
    return ReadingTime.micros(after.since()) + 1;
  }

  /**
   * The rest of a batch that was given in the order of names and times: it is read whole, and put
   * into that order.
   */
  private final class RestOfBatch implements Pages {
    private final Pages whole;
    private final List<Reading> read = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();

    private RestOfBatch(Pages whole) {
      this.whole = whole;
    }

    @Override
    public Future<StreamPage> next(BooleanSupplier wanted) {
      return whole
          .next(wanted)
          .map(
              page -> {
                read.addAll(page.readings());
                ids.addAll(page.ids());
                return whole.hasMore() ? StreamPage.EMPTY : rest();
              });
    }

    private StreamPage rest() {
      var sorted = new ArrayList<>(read);
      sorted.sort(Comparator.comparing(Reading::series).thenComparing(Reading::time));
      int last = -1;
      for (int i = 0; i < sorted.size(); i++) {
        if (after.last().is(sorted.get(i))) last = i;
      }
      // If it was deleted since, it is unknown what was delivered: everything is delivered again.
      var left = List.copyOf(sorted.subList(last + 1, sorted.size()));
      return new StreamPage(left, ids.subList(0, left.size()), null, false);
    }

    @Override
    public Progress progress(StreamPage page, int databaseHash) {
      var part = ResumeCursor.part(databaseHash, given, underWay);
      var readings = page.readings();
      return Progress.of(index -> ResumeCursor.behind(part, readings.get(index)));
    }

    @Override
    public boolean hasMore() {
      return whole.hasMore();
    }

    @Override
    public long least() {
      return whole.least();
    }
  }
}
