package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.buckets.BucketGrid;
import io.stripchart.api.buckets.BucketWidth;
import io.stripchart.api.buckets.Fill;
import io.stripchart.api.graphql.Fields.SizedFetcher;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The fields of a series; those that read many rows do so for all series at once. */
final class SeriesFields {
  private SeriesFields() {}

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Series",
        type ->
            type.dataFetcher("name", component(SeriesRow.class, SeriesRow::name))
                .dataFetcher("unit", component(SeriesRow.class, SeriesRow::unit))
                .dataFetcher("description", component(SeriesRow.class, SeriesRow::description))
                .dataFetcher("current", later(SeriesFields::current))
                .dataFetcher("statistics", SeriesFields::statistics)
                .dataFetcher("buckets", new Buckets())
                .dataFetcher("readings", SeriesFields::readings));
    wiring.type(
        "Bucket",
        type ->
            type.dataFetcher("start", component(Bucket.class, Bucket::start))
                .dataFetcher("count", component(Bucket.class, Bucket::count))
                .dataFetcher("min", component(Bucket.class, Bucket::min))
                .dataFetcher("max", component(Bucket.class, Bucket::max))
                .dataFetcher("mean", component(Bucket.class, Bucket::mean))
                .dataFetcher("first", component(Bucket.class, Bucket::first))
                .dataFetcher("last", component(Bucket.class, Bucket::last)));
    ReadingsPage.wire(wiring);
  }

  private static ReadingQueries queries(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(ReadingQueries.class);
  }

  private static Future<Reading> current(DataFetchingEnvironment environment) {
    return queries(environment).latest(environment.<SeriesRow>getSource());
  }

  private static CompletableFuture<Statistics> statistics(DataFetchingEnvironment environment) {
    return SeriesBatches.load(
        environment,
        series -> {
          var arguments = new Arguments(environment);
          var window = arguments.window("from", "to");
          return queries(environment).statistics(series, window);
        });
  }

  private static final class Buckets implements SizedFetcher {
    @Override
    public Object get(DataFetchingEnvironment environment) {
      return SeriesBatches.load(environment, series -> buckets(environment, series));
    }

    @Override
    public long size(Function<String, Object> arguments) {
      try {
        long most =
            BucketGrid.most(
                ReadingTime.parse((String) arguments.apply("from")),
                ReadingTime.parse((String) arguments.apply("to")),
                BucketWidth.of((String) arguments.apply("width")));
        // The field reports the error.
        return most < 0 || most > BucketGrid.MAX_BUCKETS + 2 ? 1 : most;
      } catch (RuntimeException e) {
        // The field reports the error.
        return 1;
      }
    }
  }

  private static Future<List<List<Bucket>>> buckets(
      DataFetchingEnvironment environment, List<SeriesRow> series) {
    var arguments = new Arguments(environment);
    var width = BucketWidth.of(arguments.required("width", String.class));
    var grid =
        BucketGrid.of(arguments.time("from"), arguments.time("to"), width, arguments.timeZone());
    var fill = Fill.valueOf(arguments.required("fill", String.class));
    AnswerBudget.of(environment.getGraphQlContext()).addRows("buckets", series.size(), grid.size());
    return queries(environment).buckets(series, grid, fill);
  }

  private static CompletableFuture<ReadingsPage> readings(DataFetchingEnvironment environment) {
    return SeriesBatches.load(
        environment,
        series -> {
          var asked = PageArguments.of(environment);
          AnswerBudget.of(environment.getGraphQlContext())
              .addRows("readings", series.size(), asked.count());
          return queries(environment)
              .pages(series, asked.window(), asked.count(), asked.forward())
              .map(pages -> pages.stream().map(page -> new ReadingsPage(asked, page)).toList());
        });
  }
}
