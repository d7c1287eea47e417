package io.stripchart.bench;

import io.stripchart.bench.History.Shape;
import java.util.ArrayList;
import java.util.List;

/** What is measured on readings that were stored before. */
final class Histories {
  private static final Shape ONE = new Shape("satellite.temperature", 1, 1_000_000);
  private static final Shape HUNDRED = new Shape("bench.hundred", 100, 100_000);
  private static final Shape YEAR = new Shape("bench.year", 1, 365 * 24 * 3_600);
  private static final Shape LONG = new Shape("bench.long", 68, 1_000_000);

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

  /** A hundred million readings: about 10 GB, and half an hour. */
  List<Measurement> large() {
    var one = make(ONE);
    var year = make(YEAR);
    var many = make(LONG);
    add(Questions.chart(year, "a year's 31,536,000 readings", 31_536, "below 30 ms"));
    grow("statistics of 31,536,000 readings against 1,000,000", one, year);
    grow("statistics of 68,000,000 readings of 68 series against 1,000,000 of one", one, many);
    var same = Questions.statistics(one);
    var all = "{ statistics(series: \"#\") { count min max mean stddev } }";
    measurements.add(
        new Growth(
            stripchart,
            seconds,
            new Growth.Pair(
                "statistics of 100,536,000 readings against 1,000,000", same, all, "at most 1.5")));
    return measurements;
  }

  private History make(Shape shape) {
    System.err.println("making " + shape);
    return new History(ground, stripchart, shape);
  }

  private void add(QueryRate.Question question) {
    measurements.add(new QueryRate(ground, stripchart, seconds, question));
  }

  private void grow(String title, History few, History many) {
    var pair =
        new Growth.Pair(
            title, Questions.statistics(few), Questions.statistics(many), "at most 1.5");
    measurements.add(new Growth(stripchart, seconds, pair));
  }
}
