package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.factories.Factory;
import io.stripchart.api.factories.chart.AppendedPoints;
import io.stripchart.api.factories.chart.ChartPoint;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Mutations of factories. */
final class FactoryMutations {
  private FactoryMutations() {}

  private record Appended(int accepted) {
    Object count() {
      return accepted;
    }
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Mutation",
        mutation ->
            mutation
                .dataFetcher("createFactory", later(FactoryMutations::create))
                .dataFetcher("renameFactory", later(FactoryMutations::rename))
                .dataFetcher("deleteFactory", later(FactoryMutations::delete))
                .dataFetcher("appendChartData", later(FactoryMutations::append)));
    wiring.type(
        "AppendChartDataPayload",
        type -> type.dataFetcher("accepted", component(Appended.class, Appended::count)));
  }

  private static int id(DataFetchingEnvironment environment) {
    return Factory.checkId(new Arguments(environment).required("id", Integer.class));
  }

  private static Future<Factory> create(DataFetchingEnvironment environment) {
    var id = environment.getArgument("id") == null ? null : id(environment);
    return FactoryFields.factories(environment)
        .create(id, environment.getArgument("name"))
        .map(
            made -> {
              if (made != null) return made;
              throw refused("id: there is a factory " + id + " already; renameFactory renames it");
            });
  }

  private static Future<Factory> rename(DataFetchingEnvironment environment) {
    int id = id(environment);
    var name = new Arguments(environment).required("name", String.class);
    return FactoryFields.factories(environment).rename(id, name).map(one -> known(one, id));
  }

  private static Future<Factory> delete(DataFetchingEnvironment environment) {
    int id = id(environment);
    return FactoryFields.factories(environment).delete(id).map(one -> known(one, id));
  }

  private static <T> T known(T found, int id) {
    if (found != null) return found;
    throw refused("id: there is no factory " + id + "; createFactory makes it");
  }

  private static ApiException refused(String message) {
    return new ApiException(Code.REFUSED, message);
  }

  private static Future<Appended> append(DataFetchingEnvironment environment) {
    var factories = FactoryFields.factories(environment);
    int id = id(environment);
    var recorder = factories.recorder();
    var points = new AppendedPoints(recorder::isOutside, recorder.range());
    points.addAll(sent(environment.getArgument("points")));
    if (!points.flaws().isEmpty()) {
      var flaw = points.flaws().get(0);
      throw new ApiException(
          Code.BAD_ARGUMENT, "points" + place(flaw.pointer()) + ": " + flaw.detail());
    }
    return factories.append(id, points.points()).map(count -> new Appended(known(count, id)));
  }

  /** Of {@code #/3} it is {@code [3]}. */
  private static String place(String pointer) {
    return pointer.length() < 2 ? "" : "[" + pointer.substring(2) + "]";
  }

  private static List<ChartPoint> sent(List<Map<String, Object>> points) {
    return points.stream()
        .map(
            one ->
                new ChartPoint(
                    (Instant) one.get("time"),
                    (Double) one.get("actual"),
                    (Double) one.get("goal")))
        .toList();
  }
}
