package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.api.rolling.RollingAverages;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Rolling averages, by the {@link RollingAverages} of the request's context. */
final class RollingFields {
  private static final Duration MIN_EVERY = Duration.ofMillis(100);
  private static final Duration MAX_EVERY = Duration.ofHours(1);

  private RollingFields() {}

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.scalar(DurationScalar.TYPE);
    wiring.type(
        "Query", query -> query.dataFetcher("rollingAverage", later(RollingFields::ofPattern)));
    wiring.type("Series", series -> series.dataFetcher("rollingAverage", RollingFields::ofSeries));
    wiring.type(
        "Subscription", subscription -> subscription.dataFetcher("rollingAverage", followed()));
    wiring.type(
        "RollingAverage",
        type ->
            type.dataFetcher("value", component(RollingAverage.class, RollingAverage::value))
                .dataFetcher("count", component(RollingAverage.class, RollingAverage::count))
                .dataFetcher("from", component(RollingAverage.class, RollingAverage::from))
                .dataFetcher("to", component(RollingAverage.class, RollingAverage::to)));
  }

  private static RollingAverages averages(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(RollingAverages.class);
  }

  private static Duration window(Arguments arguments) {
    return arguments.duration("window", RollingAverages.MIN_WINDOW, RollingAverages.MAX_WINDOW);
  }

  private static Future<RollingAverage> ofPattern(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    return averages(environment).ask(arguments.pattern("series"), window(arguments));
  }

  private static CompletableFuture<RollingAverage> ofSeries(DataFetchingEnvironment environment) {
    return SeriesBatches.load(
        environment,
        series -> averages(environment).ofEach(series, window(new Arguments(environment))));
  }

  private static DataFetcher<Object> followed() {
    return environment -> {
      var arguments = new Arguments(environment);
      var every = arguments.duration("every", MIN_EVERY, MAX_EVERY);
      var pattern = arguments.pattern("series");
      return averages(environment).follow(pattern, window(arguments), every);
    };
  }
}
