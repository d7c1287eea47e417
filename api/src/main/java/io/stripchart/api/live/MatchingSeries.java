package io.stripchart.api.live;

import io.stripchart.api.stored.BoundedMap;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The series of patterns, which all subscribers of an event loop share: a set may be large, so
 * there is one of each as long as no series is added to it. Belongs to one context.
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
  private record Asked(long number, long position, Future<SeriesSet> series) {}

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
    var known = known(pattern);
    return known != null && position < known.position ? known.series : ask(pattern);
  }

  /** The series that match, as of the moment when so many questions were asked, or later. */
  Future<SeriesSet> since(SeriesPattern pattern, long questionsAsked) {
    var known = known(pattern);
    return known != null && known.number >= questionsAsked ? known.series : ask(pattern);
  }

  private Asked known(SeriesPattern pattern) {
    var known = asked.get(pattern);
    return known == null || known.series.failed() ? null : known;
  }

  private Future<SeriesSet> ask(SeriesPattern pattern) {
    long number = questions++;
    long position = next.getAsLong();
    var answer = question.apply(pattern).map(found -> share(pattern, found));
    asked.put(pattern, new Asked(number, position, answer));
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
