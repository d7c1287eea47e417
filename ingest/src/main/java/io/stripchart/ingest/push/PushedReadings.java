package io.stripchart.ingest.push;

import io.stripchart.common.http.Problem;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the body of a push: all of its readings, or everything that is wrong with it.
 *
 * <p>A series has one value at a time. Items of one body that give the same series, time and value
 * are one reading; with different values the later one is refused, as it would be lost.
 */
final class PushedReadings {
  private record Moment(String series, Instant time) {}

  private final ArrivalClock clock;
  private final AcceptableTimes times;
  private final Instant now;
  private final boolean isArray;
  private final List<Problem.Flaw> errors = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();
  private final Map<Moment, ReadingJson.Item> given = new HashMap<>();

  private PushedReadings(byte[] body, ArrivalClock clock, AcceptableTimes times, Instant now) {
    this.clock = clock;
    this.times = times;
    this.now = now;
    this.isArray = startsArray(body);
  }

  /**
   * @param clock stamps items that give no time, in their order
   * @throws PushException with 400 and each bad item
   */
  static List<Reading> read(
      PushForm form, byte[] body, ArrivalClock clock, AcceptableTimes times, Instant now) {
    var pushed = new PushedReadings(body, clock, times, now);
    try {
      return pushed.allOrNothing(form.read(body, pushed::add));
    } catch (MalformedReadingException e) {
      throw new PushException(PushProblem.BAD_BODY, e.getMessage());
    }
  }

  private void add(String series, ReadingJson.Item item) {
    if (item.problem() != null) {
      error(item, item.problem());
    } else if (item.time() == null) {
      readings.add(new Reading(series, clock.next(), item.value()));
    } else {
      addTimed(series, item);
    }
  }

  private void addTimed(String series, ReadingJson.Item item) {
    Instant time;
    try {
      time = times.check(item.field(), item.time(), now);
    } catch (MalformedReadingException e) {
      error(item, e.getMessage());
      return;
    }
    var earlier = given.putIfAbsent(new Moment(series, time), item);
    if (earlier == null) {
      readings.add(new Reading(series, time, item.value()));
    } else if (Double.compare(earlier.value(), item.value()) != 0) {
      error(
          item,
          item.field()
              + ": is that of item "
              + earlier.index()
              + " too, with another value; a series has one value at a time");
    }
  }

  private void error(ReadingJson.Item item, String detail) {
    var pointer = new StringBuilder("#");
    if (isArray) pointer.append('/').append(item.index());
    // As of RFC 6901: a name may hold anything.
    if (item.field() != null) {
      pointer.append('/').append(item.field().replace("~", "~0").replace("/", "~1"));
    }
    errors.add(new Problem.Flaw(item.index(), pointer.toString(), detail));
  }

  private List<Reading> allOrNothing(int items) {
    if (errors.isEmpty()) return readings;
    var detail =
        String.format(
            Locale.ROOT, "%d of %d readings cannot be taken, so none was", errors.size(), items);
    throw new PushException(new Problem(PushProblem.BAD_READINGS, detail, null, errors));
  }

  private static boolean startsArray(byte[] body) {
    for (byte b : body) {
      if (b > ' ') return b == '[';
    }
    return false;
  }
}
