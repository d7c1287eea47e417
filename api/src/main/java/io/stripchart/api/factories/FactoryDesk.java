package io.stripchart.api.factories;

import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers {@code /api/factories}, {@code /api/factory} and what is below them. Belongs to one
 * context.
 */
public final class FactoryDesk implements RestHandler.Desk {
  /** Of web pages of other origins too. */
  public static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

  private static final String ALL = "factories";
  private static final String ONE = "factory";
  private static final String CHART = "chart-data";
  private static final int ID = 2;

  private static final List<HttpMethod> OF_ALL = with(HttpMethod.POST);
  private static final List<HttpMethod> OF_CHART = with(HttpMethod.POST);
  private static final List<HttpMethod> OF_ONE =
      with(HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

  private final FactoryReads reads;
  private final FactoryWrites writes;

  public FactoryDesk(Factories factories) {
    this.reads = new FactoryReads(factories);
    this.writes = new FactoryWrites(factories);
  }

  private static List<HttpMethod> with(HttpMethod... methods) {
    return Stream.concat(RestRequest.READ.stream(), Stream.of(methods)).toList();
  }

  /** The place of a factory. */
  static String path(int id) {
    return "/api/" + ONE + "/" + id;
  }

  static String chartPath(int id) {
    return path(id) + "/" + CHART;
  }

  @Override
  public Future<? extends Reply> ask(RestRequest request) {
    var segments = request.segments();
    boolean hasId = segments.size() > ID;
    if (!hasId && segments.get(1).equals(ALL)) return all(request);
    if (hasId && segments.size() == ID + 1) return one(request, id(request));
    if (hasId && segments.size() == ID + 2 && segments.get(ID + 1).equals(CHART)) {
      return chart(request, id(request));
    }
    throw new ProblemException(
        ProblemKind.UNKNOWN_PATH,
        null,
        "there are /api/factories, /api/factory/{id} and /api/factory/{id}/chart-data here");
  }

  private static int id(RestRequest request) {
    var text = request.text("id", ID);
    if (!text.isEmpty() && text.length() <= 10 && text.chars().allMatch(FactoryDesk::isDigit)) {
      long id = Long.parseLong(text);
      if (id <= Integer.MAX_VALUE) return (int) id;
    }
    throw Parameters.bad("id", "must be 0 to " + Integer.MAX_VALUE + ", is", text);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private Future<? extends Reply> all(RestRequest request) {
    request.allow(OF_ALL);
    return request.method().equals(HttpMethod.POST) ? writes.create(request) : reads.page(request);
  }

  private Future<? extends Reply> one(RestRequest request, int id) {
    request.allow(OF_ONE);
    return switch (request.method().name()) {
      case "PUT" -> writes.put(request, id);
      case "PATCH" -> writes.rename(request, id);
      case "DELETE" -> writes.delete(request, id);
      default -> reads.chart(request, id);
    };
  }

  private Future<? extends Reply> chart(RestRequest request, int id) {
    request.allow(OF_CHART);
    return request.method().equals(HttpMethod.POST)
        ? writes.append(request, id)
        : reads.chart(request, id);
  }
}
