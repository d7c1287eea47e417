package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.factories.Factories;
import io.stripchart.api.factories.Factory;
import io.stripchart.api.factories.chart.ChartPoint;
import io.stripchart.api.factories.chart.Charts;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.stored.Window;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Factories and their production, by the {@link Factories} of the request's context. */
final class FactoryFields {
  static final int MAX_FACTORIES = 1_000;

  private FactoryFields() {}

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Query",
        query ->
            query
                .dataFetcher("factories", later(FactoryFields::page))
                .dataFetcher("factory", later(FactoryFields::one)));
    wiring.type(
        "Factory",
        type ->
            type.dataFetcher("id", component(Factory.class, Factory::id))
                .dataFetcher("name", component(Factory.class, Factory::name))
                .dataFetcher("chartData", FactoryFields::chartData)
                .dataFetcher("attainment", FactoryFields::attainment));
    wiring.type(
        "ProductionPoint",
        type ->
            type.dataFetcher("time", component(ChartPoint.class, ChartPoint::time))
                .dataFetcher("actual", component(ChartPoint.class, ChartPoint::actual))
                .dataFetcher("goal", component(ChartPoint.class, ChartPoint::goal)));
    FactoryPage.wire(wiring);
  }

  static Factories factories(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(Factories.class);
  }

  private static Future<Factory> one(DataFetchingEnvironment environment) {
    int id = new Arguments(environment).required("id", Integer.class);
    // No factory has a negative id; asking for one is not an error.
    return id < 0 ? Future.succeededFuture() : factories(environment).find(id);
  }

  private static Future<FactoryPage> page(DataFetchingEnvironment environment) {
    int first = new Arguments(environment).count("first", 100, 1, MAX_FACTORIES);
    int after = after(environment.getArgument("after"));
    return factories(environment)
        .page(after, first + 1)
        .map(found -> FactoryPage.of(found, first, after >= 0));
  }

  private static int after(String cursor) {
    if (cursor == null || cursor.isEmpty()) return -1;
    if (cursor.matches("-?[0-9]{1,18}")) return Factory.checkId("after", Long.parseLong(cursor));
    throw ApiException.badArgument("after", "a cursor of a factory, which is its id");
  }

  private static Window window(Arguments arguments) {
    return arguments.window("from", "to");
  }

  private static List<Integer> ids(List<Factory> factories) {
    return factories.stream().map(Factory::id).toList();
  }

  private static CompletableFuture<List<ChartPoint>> chartData(
      DataFetchingEnvironment environment) {
    return SeriesBatches.load(
        Factory.class,
        environment,
        factories -> {
          var arguments = new Arguments(environment);
          int limit = arguments.count("limit", 1_000, 1, Charts.MAX_POINTS);
          AnswerBudget.of(environment.getGraphQlContext())
              .addRows("chartData", factories.size(), limit);
          var charts = factories(environment).charts();
          return charts.points(ids(factories), window(arguments), limit);
        });
  }

  private static CompletableFuture<Double> attainment(DataFetchingEnvironment environment) {
    return SeriesBatches.<Factory, Double>load(
            Factory.class,
            environment,
            factories -> {
              var window = window(new Arguments(environment));
              return factories(environment).charts().attainment(ids(factories), window);
            })
        .thenApply(FactoryFields::finite);
  }

  private static Double finite(Double attainment) {
    if (attainment == null || Double.isFinite(attainment)) return attainment;
    throw new ApiException(
        Code.BEYOND_RANGE,
        "attainment: the values are too large: it is beyond the range of a Float");
  }
}
