package io.stripchart.bench;

import io.stripchart.bench.QueryRate.Question;
import io.stripchart.bench.QueryRate.Request;
import java.time.Instant;
import java.util.List;

/** Queries on histories, and the SQL without rollups that gives the same results. */
final class Questions {
  /** Of the limit: as many as the api has for statements that read many rows. */
  private static final int LONG_CONNECTIONS = 2;

  private static final int SHORT_CONNECTIONS = 4;
  private static final int ASKERS = 32;
  private static final String SCAN =
      "select count(*), min(value), max(value), avg(value) from reading"
          + " where series_id %s $1 and time >= $2 and time < $3";
  private static final String ONE = SCAN.formatted("=");

  /** The history that was made last has the greatest ids. */
  private static final String ALL = SCAN.formatted(">=");

  private Questions() {}

  static Question latest(History history) {
    return new Question(
        "currentTemperature",
        Request.graphQl("{ currentTemperature { time value } }"),
        "select time, value from reading where series_id = $1 and time >= $2"
            + " order by time desc limit 1",
        List.of(history.seriesId(), history.last()),
        new QueryRate.Askers(ASKERS, SHORT_CONNECTIONS, ASKERS, "at least 7,500/s"));
  }

  static Question statisticsOfAnHour(History history) {
    var after = history.first().plusSeconds(500_000);
    var before = after.plusSeconds(3_600);
    return new Question(
        "temperatureStatistics of 3,600 readings",
        Request.graphQl(
            "{ temperatureStatistics(after: \"%s\", before: \"%s\") { min max mean count } }"
                .formatted(after, before)),
        ONE,
        List.of(history.seriesId(), after, before),
        many(""));
  }

  static Question statisticsOfAll(History history) {
    return new Question(
        "temperatureStatistics of 1,000,000 readings",
        Request.graphQl("{ temperatureStatistics { min max mean count } }"),
        ONE,
        List.of(history.seriesId(), history.first(), history.end()),
        many(""));
  }

  static Question statisticsOfOne(History history) {
    return new Question(
        "statistics of one series' 100,000 readings",
        Request.graphQl(
            "{ statistics(series: \"%s\", from: \"%s\", to: \"%s\") { count min max mean stddev } }"
                .formatted(history.series(), history.first(), history.end())),
        ONE,
        List.of(history.seriesId(), history.first(), history.end()),
        many("at least 15"));
  }

  static Question statisticsOfEach(History history) {
    return new Question(
        "statistics of 100 series' 10,000,000 readings",
        Request.graphQl(statistics(history)),
        ALL,
        List.of(history.seriesId(), history.first(), history.end()),
        // More scans at a time would take longer than they are measured, and be as many a second.
        new QueryRate.Askers(ASKERS, LONG_CONNECTIONS, LONG_CONNECTIONS, "at least 20"));
  }

  static String statistics(History history) {
    return "{ statistics(series: \"%s\") { count min max mean stddev } }"
        .formatted(history.pattern());
  }

  static Question pageByGraphQl(History history) {
    return page(
        history,
        "GraphQL",
        Request.graphQl(
            ("{ series(pattern: \"%s\") { edges { node { readings(from: \"%s\", first: 1000)"
                    + " { edges { node { time value } } pageInfo { endCursor } } } } } }")
                .formatted(history.series(), pageFrom(history))));
  }

  static Question pageByRest(History history) {
    return page(
        history,
        "REST",
        Request.get(
            "/series/%s/readings?from=%s&first=1000"
                .formatted(history.series(), pageFrom(history))));
  }

  private static Instant pageFrom(History history) {
    return history.first().plusSeconds(40_000);
  }

  private static Question page(History history, String by, Request request) {
    return new Question(
        "page of 1,000 readings by " + by,
        request,
        "select time, value from reading where series_id = $1 and time >= $2 and time < $3"
            + " order by time limit 1000",
        List.of(history.seriesId(), pageFrom(history), history.end()),
        many("at least 1,200/s"));
  }

  private static QueryRate.Askers many(String wanted) {
    return new QueryRate.Askers(ASKERS, LONG_CONNECTIONS, ASKERS, wanted);
  }

  /** With one request at a time, latency counts. */
  static Question chart(History history, String what, int stride, String wanted) {
    return new Question(
        "chart of " + what + ", 1,000 pixels",
        Request.graphQl(
            "{ chart(series: \"%s\", from: \"%s\", to: \"%s\", pixels: 1000) { time value } }"
                .formatted(history.series(), history.first(), history.end())),
        ("select date_bin('%d seconds', time, $2) as bin, min(value), max(value), avg(value)"
                + " from reading where series_id = $1 and time >= $2 and time < $3 group by bin")
            .formatted(stride),
        List.of(history.seriesId(), history.first(), history.end()),
        new QueryRate.Askers(1, 1, 1, wanted));
  }
}
