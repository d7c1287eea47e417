package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.buckets.Chart;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesDescription;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesName;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The fields that the database answers, by the {@link ReadingQueries} of the request's context. */
public final class StoredFields {
  static final int MAX_MEASUREMENTS = 10_000;
  static final int MAX_SERIES = 1_000;
  private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(2);

  private final String defaultSeries;
  private final Clock clock;

  public StoredFields(String defaultSeries, Clock clock) {
    this.defaultSeries = defaultSeries;
    this.clock = clock;
  }

  void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Query",
        query ->
            query
                .dataFetcher("currentTemperature", later(this::current))
                .dataFetcher("temperatureStatistics", later(this::statistics))
                .dataFetcher("temperatureMeasurements", later(this::measurements))
                .dataFetcher("series", later(this::series))
                .dataFetcher("statistics", later(StoredFields::statisticsOfAll))
                .dataFetcher("chart", later(this::chart)));
    wiring.type(
        "Mutation",
        mutation -> mutation.dataFetcher("describeSeries", later(StoredFields::describe)));
    wiring.type("Reading", Fields::reading);
    wiring.type(
        "Statistics",
        type ->
            type.dataFetcher("count", component(Statistics.class, Statistics::count))
                .dataFetcher("min", component(Statistics.class, Statistics::min))
                .dataFetcher("max", component(Statistics.class, Statistics::max))
                .dataFetcher("mean", component(Statistics.class, Statistics::mean))
                .dataFetcher("stddev", component(Statistics.class, Statistics::stddev))
                .dataFetcher("sum", component(Statistics.class, Statistics::sum))
                .dataFetcher("first", component(Statistics.class, Statistics::first))
                .dataFetcher("last", component(Statistics.class, Statistics::last)));
    SeriesPage.wire(wiring);
    SeriesFields.wire(wiring);
  }

  static ReadingQueries queries(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(ReadingQueries.class);
  }

  private Future<Reading> current(DataFetchingEnvironment environment) {
    return queries(environment).latest(new Arguments(environment).series(defaultSeries));
  }

  private Future<Statistics> statistics(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    var window = arguments.window("after", "before");
    return queries(environment).statistics(arguments.series(defaultSeries), window);
  }

  private static Future<Statistics> statisticsOfAll(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    var window = arguments.window("from", "to");
    return queries(environment).statistics(arguments.pattern("series"), window);
  }

  private Future<List<Reading>> chart(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int pixels = arguments.count("pixels", 1, 1, Chart.MAX_PIXELS);
    var thresholds = Chart.thresholds(arguments.time("from"), arguments.time("to"), pixels);
    AnswerBudget.of(environment.getGraphQlContext()).addRows("chart", 1, Chart.MAX_POINTS * pixels);
    return queries(environment).chart(arguments.series(defaultSeries), thresholds);
  }

  private Future<List<Reading>> measurements(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int first = arguments.count("first", 1_000, 1, MAX_MEASUREMENTS);
    var window = arguments.window("after", "before");
    if (window.after() == null && window.before() == null) {
      window = new Window(clock.instant().minus(DEFAULT_WINDOW), null);
    }
    return queries(environment).measurements(arguments.series(defaultSeries), window, first);
  }

  private Future<SeriesPage> series(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int first = arguments.count("first", 100, 1, MAX_SERIES);
    var after = arguments.cursor("after");
    var pattern = arguments.pattern("pattern");
    return queries(environment)
        .series(pattern, after, first + 1)
        .map(rows -> SeriesPage.of(pattern, rows, first, !after.isEmpty()));
  }

  private static Future<SeriesRow> describe(DataFetchingEnvironment environment) {
    var name =
        Arguments.named(
            "name", new Arguments(environment).required("name", String.class), SeriesName::check);
    var change = SeriesDescription.of(environment.getArguments());
    return queries(environment)
        .describe(name, change)
        .map(
            row -> {
              if (row != null) return row;
              throw new ApiException(
                  Code.REFUSED, "name: nothing was ever stored of the series \"" + name + "\"");
            });
  }
}
