package io.stripchart.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A question over and over, and the SQL that answers it, alone. */
final class QueryRate implements Measurement {
  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final Question question;
  private final Samples rate = new Samples();
  private final Samples p50 = new Samples();
  private final Samples p99 = new Samples();
  private final Samples limitRate = new Samples();
  private final Samples limitP50 = new Samples();
  private final Samples limitP99 = new Samples();

  /**
   * A request.
   *
   * @param body empty for a GET
   */
  record Request(String path, String body) {
    static Request graphQl(String query) {
      return new Request("/graphql", new JsonObject().put("query", query).encode());
    }

    static Request get(String path) {
      return new Request(path, "");
    }
  }

  /**
   * @param sql with the arguments that QueryLoad takes
   */
  record Question(
      String title, Request request, String sql, List<Object> arguments, Askers askers) {
    Question {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * @param count number of concurrent requests; with one, the latency is reported instead of the
   *     rate
   * @param connections database connections of the SQL that is measured alone
   * @param queued number of concurrent SQL statements
   * @param wanted target, in words
   */
  record Askers(int count, int connections, int queued, String wanted) {}

  QueryRate(Ground ground, Stripchart stripchart, int seconds, Question question) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.question = question;
  }

  @Override
  public void warmUp() {
    var unused = ask(stripchart, question.request(), question.askers().count(), seconds * 2.0);
  }

  @Override
  public void measure() {
    var found = ask(stripchart, question.request(), question.askers().count(), seconds);
    rate.add(found.get("rate"));
    p50.add(found.get("p50"));
    p99.add(found.get("p99"));
    if (found.get("failed") > 0) System.err.println(question.title() + ": some failed: " + found);
    var arguments =
        new ArrayList<Object>(
            List.of(
                ground.databaseUri(),
                question.askers().connections(),
                question.askers().queued(),
                2 * Load.WARM_UP_SECONDS,
                (double) seconds));
    arguments.add(question.sql());
    arguments.addAll(question.arguments());
    var alone = Load.run(seconds, "QueryLoad", arguments.toArray());
    limitRate.add(alone.get("rate"));
    limitP50.add(alone.get("p50"));
    limitP99.add(alone.get("p99"));
  }

  static Map<String, Double> ask(
      Stripchart stripchart, Request request, int askers, double duration) {
    return Load.run(
        duration,
        "HttpLoad",
        stripchart.apiPort(),
        request.path(),
        askers,
        Load.WARM_UP_SECONDS,
        duration,
        request.body());
  }

  @Override
  public void report(Table table) {
    var title = question.title();
    var wanted = question.askers().wanted();
    if (question.askers().count() == 1) {
      table.add(title + ", p50", p50, "ms", limitP50, wanted);
      return;
    }
    table.add(title + ", requests", rate, "/s", limitRate, wanted);
    table.add(title + ", p99", p99, "ms", limitP99, "");
  }
}
