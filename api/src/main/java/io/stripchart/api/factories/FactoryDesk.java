package io.stripchart.api.factories;

import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rest.RestRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

/**
 * Serves {@code /api/factories}, {@code /api/factory} and the paths below them. Belongs to one
 * context.
 */
public final class FactoryDesk implements RestHandler.Desk {
  public static final RestPaths PATHS =
      RestPaths.read()
          .and("/api/factories", HttpMethod.POST)
          .and("/api/factory/{id}", HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE)
          .and("/api/factory/{id}/chart-data", HttpMethod.POST)
          .and("/api/factories/{id}", HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE)
          .and("/api/factories/{id}/chart-data", HttpMethod.POST);

  private static final int ID = 2;

  private final FactoryReads reads;
  private final FactoryWrites writes;

  public FactoryDesk(Factories factories) {
    this.reads = new FactoryReads(factories);
    this.writes = new FactoryWrites(factories);
  }

  /** The place of a factory. */
  static String path(int id) {
    return "/api/factory/" + id;
  }

  static String chartPath(int id) {
    return path(id) + "/chart-data";
  }

  @Override
  public Future<? extends Reply> ask(RestRequest request) {
    int behindId = request.segments().size() - ID - 1;
    if (behindId < 0) return all(request);
    return behindId == 0 ? one(request, id(request)) : chart(request, id(request));
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
    return request.method().equals(HttpMethod.POST) ? writes.create(request) : reads.page(request);
  }

  private Future<? extends Reply> one(RestRequest request, int id) {
    return switch (request.method().name()) {
      case "PUT" -> writes.put(request, id);
      case "PATCH" -> writes.rename(request, id);
      case "DELETE" -> writes.delete(request, id);
      default -> reads.chart(request, id);
    };
  }

  private Future<? extends Reply> chart(RestRequest request, int id) {
    return request.method().equals(HttpMethod.POST)
        ? writes.append(request, id)
        : reads.chart(request, id);
  }
}
