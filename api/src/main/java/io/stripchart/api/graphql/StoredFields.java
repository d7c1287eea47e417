package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
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
                .dataFetcher("series", later(this::series)));
    wiring.type("Reading", Fields::reading);
    wiring.type(
        "Statistics",
        type ->
            type.dataFetcher("count", component(Statistics.class, Statistics::count))
                .dataFetcher("min", component(Statistics.class, Statistics::min))
                .dataFetcher("max", component(Statistics.class, Statistics::max))
                .dataFetcher("mean", component(Statistics.class, Statistics::mean)));
    SeriesPage.wire(wiring);
    wiring.type(
        "Series",
        type ->
            type.dataFetcher("name", component(SeriesRow.class, SeriesRow::name))
                .dataFetcher("unit", component(SeriesRow.class, SeriesRow::unit))
                .dataFetcher("description", component(SeriesRow.class, SeriesRow::description))
                .dataFetcher("current", later(StoredFields::currentOf)));
  }

  private static ReadingQueries queries(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(ReadingQueries.class);
  }

  private static Future<Reading> currentOf(DataFetchingEnvironment environment) {
    return queries(environment).latest(environment.<SeriesRow>getSource());
  }

  private Future<Reading> current(DataFetchingEnvironment environment) {
    return queries(environment).latest(new Arguments(environment).series(defaultSeries));
  }

  private Future<Statistics> statistics(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    var window = new Window(arguments.time("after"), arguments.time("before"));
    return queries(environment).statistics(arguments.series(defaultSeries), window);
  }

  private Future<List<Reading>> measurements(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int first = arguments.count("first", 1_000, 1, MAX_MEASUREMENTS);
    var window = new Window(arguments.time("after"), arguments.time("before"));
    if (window.after() == null && window.before() == null) {
      window = new Window(clock.instant().minus(DEFAULT_WINDOW), null);
    }
    return queries(environment).measurements(arguments.series(defaultSeries), window, first);
  }

  private Future<SeriesPage> series(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int first = arguments.count("first", 100, 1, MAX_SERIES);
    var after = arguments.cursor("after");
    return queries(environment)
        .series(arguments.pattern("pattern"), after, first + 1)
        .map(rows -> SeriesPage.of(rows, first, !after.isEmpty()));
  }
}
