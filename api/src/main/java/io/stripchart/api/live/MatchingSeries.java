package io.stripchart.api.live;

import io.stripchart.api.stored.BoundedMap;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The series of patterns, which all subscribers of an event loop share: a set may be large, so
 * there is one of each as long as no series is added to it. A set takes up to 12 MB, so all are
 * held softly: where the heap gets short, they go, and are asked for again. Belongs to one context.
 */
final class MatchingSeries {
  private static final int MAX_REMEMBERED = 10;

  /** Sets that subscribers hold are found again here. */
  private static final int MAX_SHARED = 1_000;

  private final Function<SeriesPattern, Future<SeriesSet>> question;
  private final LongSupplier next;
  private final Map<SeriesPattern, Asked> asked = new BoundedMap<>(MAX_REMEMBERED);
  private final Map<SeriesPattern, WeakReference<SeriesSet>> shared = new BoundedMap<>(MAX_SHARED);
  private long questions;

  /**
   * @param number of the question
   * @param position of the stream at which it was asked: whatever stands before it is of these
   *     series
   */
  private record Asked(long number, long position, Reference<Future<SeriesSet>> answer) {}

  /**
   * @param question asks the database
   * @param next the position of the next batch of the stream
   */
  MatchingSeries(Function<SeriesPattern, Future<SeriesSet>> question, LongSupplier next) {
    this.question = question;
    this.next = next;
  }

  /** The ids of series may mean other names from now on. */
  void forget() {
    asked.clear();
    shared.clear();
  }

  /** How many questions were asked until now. */
  long questions() {
    return questions;
  }

  /** The series that match, as of a batch in the stream or later. */
  Future<SeriesSet> at(SeriesPattern pattern, long position) {
    var known = asked.get(pattern);
    var series = answer(known);
    return series != null && position < known.position ? series : ask(pattern);
  }

  /** The series that match, as of the moment when so many questions were asked, or later. */
  Future<SeriesSet> since(SeriesPattern pattern, long questionsAsked) {
    var known = asked.get(pattern);
    var series = answer(known);
    return series != null && known.number >= questionsAsked ? series : ask(pattern);
  }

  private static Future<SeriesSet> answer(Asked known) {
    var answer = known == null ? null : known.answer.get();
    return answer == null || answer.failed() ? null : answer;
  }

  private Future<SeriesSet> ask(SeriesPattern pattern) {
    long number = questions++;
    long position = next.getAsLong();
    var answer = question.apply(pattern).map(found -> share(pattern, found));
    asked.put(pattern, new Asked(number, position, new SoftReference<>(answer)));
    return answer;
  }

  private SeriesSet share(SeriesPattern pattern, SeriesSet found) {
    var reference = shared.get(pattern);
    var known = reference == null ? null : reference.get();
    if (found.equals(known)) return known;
    shared.put(pattern, new WeakReference<>(found));
    return found;
  }
}
