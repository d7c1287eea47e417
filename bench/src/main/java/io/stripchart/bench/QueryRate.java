package io.stripchart.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A GraphQL query over and over, and the SQL that answers it, alone. */
final class QueryRate implements Measurement {
  private static final int ASKERS = 32;

  /** Of the limit: as many as the api has for statements that read many rows. */
  private static final int LONG_CONNECTIONS = 2;

  private static final int SHORT_CONNECTIONS = 4;
  private static final String STATISTICS =
      "select count(*), min(value), max(value), avg(value) from reading"
          + " where series_id = $1 and time >= $2 and time < $3";

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final Question question;
  private final Samples rate = new Samples();
  private final Samples p99 = new Samples();
  private final Samples limitRate = new Samples();
  private final Samples limitP99 = new Samples();

  /**
   * @param sql with the arguments that QueryLoad takes
   * @param connections of the database that the SQL goes over where it is measured alone
   * @param wanted of its rate, in words
   */
  record Question(
      String title,
      String graphQl,
      String sql,
      int connections,
      List<Object> arguments,
      String wanted) {
    Question {
      arguments = List.copyOf(arguments);
    }
  }

  QueryRate(Ground ground, Stripchart stripchart, int seconds, Question question) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.question = question;
  }

  static Question latest(History history) {
    return new Question(
        "currentTemperature",
        "{ currentTemperature { time value } }",
        "select time, value from reading where series_id = $1 and time >= $2"
            + " order by time desc limit 1",
        SHORT_CONNECTIONS,
        List.of(history.seriesId(), history.last()),
        "at least 7,500/s");
  }

  static Question statisticsOfAnHour(History history) {
    var after = history.first().plusSeconds(500_000);
    var before = after.plusSeconds(3_600);
    return new Question(
        "temperatureStatistics of 3,600 readings",
        "{ temperatureStatistics(after: \"%s\", before: \"%s\") { min max mean count } }"
            .formatted(after, before),
        STATISTICS,
        LONG_CONNECTIONS,
        List.of(history.seriesId(), after, before),
        "");
  }

  static Question statisticsOfAll(History history) {
    return new Question(
        "temperatureStatistics of 1,000,000 readings",
        "{ temperatureStatistics { min max mean count } }",
        STATISTICS,
        LONG_CONNECTIONS,
        List.of(history.seriesId(), history.first(), history.last().plusSeconds(1)),
        "");
  }

  @Override
  public void warmUp() {
    var unused = ask(seconds * 2.0);
  }

  @Override
  public void measure() {
    var found = ask(seconds);
    rate.add(found.get("rate"));
    p99.add(found.get("p99"));
    if (found.get("failed") > 0) System.err.println(question.title() + ": some failed: " + found);
    var arguments =
        new ArrayList<Object>(
            List.of(
                ground.databaseUri(),
                question.connections(),
                ASKERS,
                2 * Load.WARM_UP_SECONDS,
                (double) seconds));
    arguments.add(question.sql());
    arguments.addAll(question.arguments());
    var alone = Load.run(seconds, "QueryLoad", arguments.toArray());
    limitRate.add(alone.get("rate"));
    limitP99.add(alone.get("p99"));
  }

  private Map<String, Double> ask(double duration) {
    return Load.run(
        duration,
        "HttpLoad",
        stripchart.apiPort(),
        "/graphql",
        ASKERS,
        Load.WARM_UP_SECONDS,
        duration,
        new JsonObject().put("query", question.graphQl()).encode());
  }

  @Override
  public void report(Table table) {
    table.add(question.title() + ", requests", rate, "/s", limitRate, question.wanted());
    table.add(question.title() + ", p99", p99, "ms", limitP99, "");
  }
}
