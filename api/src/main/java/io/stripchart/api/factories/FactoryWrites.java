package io.stripchart.api.factories;

import io.stripchart.api.factories.chart.AppendedJson;
import io.stripchart.api.factories.chart.AppendedPoints;
import io.stripchart.api.factories.chart.ChartPoint;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.rest.Text;
import io.stripchart.common.http.Problem;
import io.vertx.core.Future;
import java.util.List;

/**
 * Creates, renames and deletes factories, and publishes their production. Belongs to one context.
 */
final class FactoryWrites {
  private static final List<String> NONE = List.of();

  private final Factories factories;

  FactoryWrites(Factories factories) {
    this.factories = factories;
  }

  Future<Reply> create(RestRequest request) {
    request.parameters(NONE);
    return request
        .body()
        .map(json -> FactoryBody.of(json, List.of("id", "name")))
        .compose(body -> factories.create(body.id(), body.name()).map(made -> created(made, body)));
  }

  private static Reply created(Factory made, FactoryBody body) {
    if (made != null) return Reply.Done.created(FactoryDesk.path(made.id()), json(made));
    var detail = "id: there is a factory " + body.id() + " already; PUT renames it";
    throw new ProblemException(ProblemKind.FACTORY_EXISTS, null, detail);
  }

  private static String json(Factory factory) {
    var text = new StringBuilder("{\"factory\":{\"id\":").append(factory.id());
    Text.json(text.append(",\"name\":"), factory.name());
    return text.append("}}").toString();
  }

  Future<Reply> put(RestRequest request, int id) {
    return name(request)
        .compose(name -> factories.put(id, name))
        .map(
            put ->
                put.made()
                    ? Reply.Done.created(FactoryDesk.path(id), json(put.factory()))
                    : new Reply.Done(200, json(put.factory()), null));
  }

  private static Future<String> name(RestRequest request) {
    request.parameters(NONE);
    return request.body().map(json -> FactoryBody.of(json, List.of("name")).requiredName());
  }

  Future<Reply> rename(RestRequest request, int id) {
    return name(request)
        .compose(name -> factories.rename(id, name))
        .map(renamed -> new Reply.Done(200, json(UnknownFactory.orElse(renamed, id)), null));
  }

  Future<Reply> delete(RestRequest request, int id) {
    request.parameters(NONE);
    return factories
        .delete(id)
        .map(
            deleted -> {
              UnknownFactory.orElse(deleted, id);
              return Reply.Done.nothingToSay();
            });
  }

  Future<Reply> append(RestRequest request, int id) {
    request.parameters(NONE);
    return request
        .anyBody()
        .map(this::points)
        .compose(points -> factories.append(id, points))
        .map(count -> UnknownFactory.orElse(count, id))
        .map(count -> Reply.Done.accepted("{\"accepted\":" + count + "}"));
  }

  private List<ChartPoint> points(Object body) {
    var recorder = factories.recorder();
    var points = new AppendedPoints(recorder::isOutside, recorder.range());
    new AppendedJson(points).read(body);
    if (points.flaws().isEmpty()) return points.points();
    throw new ProblemException(
        new Problem(ProblemKind.BAD_BODY, "body: nothing of it was taken", null, points.flaws()));
  }
}
