package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.live.Average;
import io.stripchart.api.live.LiveReadings;
import io.stripchart.api.live.ResumeCursor;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/** The subscriptions, by the {@link LiveReadings} of the request's context. */
public final class LiveFields {
  static final int MAX_WINDOW = 100_000;

  private final String defaultSeries;

  public LiveFields(String defaultSeries) {
    this.defaultSeries = defaultSeries;
  }

  void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Subscription",
        subscription ->
            subscription
                .dataFetcher("temperature", temperature())
                .dataFetcher("readings", readings())
                .dataFetcher("averageTemperature", average()));
    wiring.type(
        "Average",
        type ->
            type.dataFetcher("value", component(Average.class, Average::value))
                .dataFetcher("time", component(Average.class, Average::time)));
  }

  private static LiveReadings live(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(LiveReadings.class);
  }

  private static Missed missed(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(Missed.class);
  }

  private DataFetcher<Object> temperature() {
    return environment ->
        follow(environment, SeriesPattern.of(defaultSeries), Reading::value).toCompletionStage();
  }

  private static Future<Publisher<Object>> follow(
      DataFetchingEnvironment environment, SeriesPattern pattern, Function<Reading, ?> shown) {
    String after = environment.getArgument("after");
    return live(environment)
        .readings(
            pattern,
            new Arguments(environment).time("since"),
            after == null ? null : ResumeCursor.parse(after),
            shown,
            missed(environment));
  }

  private DataFetcher<Object> readings() {
    return environment ->
        follow(environment, new Arguments(environment).pattern("series"), Function.identity())
            .toCompletionStage();
  }

  private DataFetcher<Object> average() {
    return environment -> {
      var arguments = new Arguments(environment);
      int size = arguments.count("windowSize", 1, 1, MAX_WINDOW);
      return live(environment)
          .averages(arguments.series(defaultSeries), size, missed(environment))
          .toCompletionStage();
    };
  }
}
