package io.stripchart.api.factories.chart;

import io.stripchart.common.http.Problem.Flaw;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Points to append, as read from a request, and their errors. */
public final class AppendedPoints {
  /** In one request. */
  public static final int MAX = 2_000;

  /** Enough errors for a client to read. */
  private static final int MAX_FLAWS = 20;

  private final Predicate<Instant> isOutside;
  private final String range;
  private final List<ChartPoint> points = new ArrayList<>();
  private final List<Flaw> flaws = new ArrayList<>();
  private final Map<Instant, Integer> times = new HashMap<>();

  /** An unchecked point. */
  record Sent(Object time, Object actual, Object goal) {}

  /** Positions of the parts of a point in the body. */
  record Pointers(String time, String actual, String goal) {}

  /**
   * @param range allowed times, in words that follow "must be"
   */
  public AppendedPoints(Predicate<Instant> isOutside, String range) {
    this.isOutside = isOutside;
    this.range = range;
  }

  /** Those that are right. */
  public List<ChartPoint> points() {
    return points;
  }

  /** Empty if all are right; the first ones if many are wrong. */
  public List<Flaw> flaws() {
    return flaws;
  }

  void flaw(int index, String pointer, String detail) {
    if (flaws.size() < MAX_FLAWS) flaws.add(new Flaw(index, pointer, detail));
  }

  /**
   * @return whether there are not too many; there may be none, as in a push
   */
  boolean count(String pointer, int count) {
    if (count <= MAX) return true;
    flaw(
        0,
        pointer,
        String.format(Locale.ROOT, "must have at most %,d points, has %,d", MAX, count));
    return false;
  }

  /** Points whose parts have the right types; errors are reported with their index. */
  public void addAll(List<ChartPoint> sent) {
    if (!count("#", sent.size())) return;
    for (int i = 0; i < sent.size(); i++) {
      var one = sent.get(i);
      var pointer = "#/" + i;
      var time = ReadingTime.format(one.time());
      add(i, new Sent(time, one.actual(), one.goal()), new Pointers(pointer, pointer, pointer));
    }
  }

  void add(int index, Sent sent, Pointers pointers) {
    var time = time(index, sent.time, pointers.time);
    var actual = value(index, sent.actual, pointers.actual);
    var goal = value(index, sent.goal, pointers.goal);
    if (time != null) points.add(new ChartPoint(time, actual, goal));
  }

  private Instant time(int index, Object json, String pointer) {
    try {
      var time = EpochSeconds.of(json);
      var same = times.putIfAbsent(time, index);
      if (same != null) {
        flaw(index, pointer, "time: must be another one than that of point " + same);
      } else if (isOutside.test(time)) {
        flaw(index, pointer, "time: must be " + range);
      }
      return time;
    } catch (MalformedReadingException e) {
      flaw(index, pointer, e.getMessage());
      return null;
    }
  }

  private Double value(int index, Object json, String pointer) {
    if (json == null) return null;
    if (json instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    flaw(index, pointer, "must be a finite number or null");
    return null;
  }
}
