package io.stripchart.bench;

import io.stripchart.bench.History.Shape;
import java.util.ArrayList;
import java.util.List;

/** Measurements on readings stored before. */
final class Histories {
  private static final Shape ONE = new Shape("satellite.temperature", 1, 1_000_000);
  private static final Shape HUNDRED = new Shape("bench.hundred", 100, 100_000);
  private static final Shape YEAR = new Shape("bench.year", 1, 365 * 24 * 3_600);
  private static final Shape SHORT = new Shape("bench.short", 100, 10_000);
  private static final Shape LONG = new Shape("bench.long", 100, 1_000_000);

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final List<Measurement> measurements = new ArrayList<>();

  Histories(Ground ground, Stripchart stripchart, int seconds) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
  }

  List<Measurement> usual() {
    var one = make(ONE);
    var hundred = make(HUNDRED);
    add(Questions.latest(one));
    add(Questions.statisticsOfAnHour(one));
    add(Questions.statisticsOfAll(one));
    add(Questions.statisticsOfOne(hundred));
    add(Questions.statisticsOfEach(hundred));
    add(Questions.pageByGraphQl(hundred));
    add(Questions.pageByRest(hundred));
    add(Questions.chart(hundred, "100,000 readings", 100, "at most 1"));
    return measurements;
  }

  /** Five minutes to make. */
  List<Measurement> year() {
    var year = make(YEAR);
    var question = Questions.chart(year, "a year's 31,536,000 readings", 31_536, "below 30 ms");
    return List.of(new QueryRate(ground, stripchart, seconds, question));
  }

  /** A hundred million readings: about 11 GB, and half an hour. */
  List<Measurement> large() {
    var few = make(SHORT);
    var many = make(LONG);
    var pair =
        new Growth.Pair(
            "statistics of 100 series' 100,000,000 readings against 1,000,000",
            Questions.statistics(few),
            Questions.statistics(many),
            "at most 1.5");
    return List.of(new Growth(stripchart, seconds, pair));
  }

  private History make(Shape shape) {
    System.err.println("making " + shape);
    return new History(ground, stripchart, shape);
  }

  private void add(QueryRate.Question question) {
    measurements.add(new QueryRate(ground, stripchart, seconds, question));
  }
}
