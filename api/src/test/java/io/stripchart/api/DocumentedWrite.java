package io.stripchart.api;

import java.util.List;
import java.util.stream.Stream;

/**
 * A request of the OpenAPI document that changes something.
 *
 * @param path as documented
 * @param url that succeeds
 * @param body of the request; null if there is none
 * @param status of the response
 */
record DocumentedWrite(String method, String path, String url, String body, int status) {
  private static final String NAME = "{\"name\": \"North\"}";
  private static final String POINTS =
      """
      {"sprocket_production_actual": [32], "sprocket_production_goal": [null],
       "time": [1611204818]}\
      """;

  /** In an order in which each has its answer; factory 1 is there before and after. */
  static final List<DocumentedWrite> ALL =
      Stream.of(
              Stream.of(
                  new DocumentedWrite(
                      "POST", "/api/factories", "/api/factories", "{\"id\": 7}", 201)),
              Stream.of("/api/factory", "/api/factories").flatMap(DocumentedWrite::ofOne),
              Stream.of(
                  new DocumentedWrite(
                      "PATCH",
                      "/series/{name}",
                      "/series/open.api",
                      "{\"unit\": \"V\", \"description\": null}",
                      200),
                  new DocumentedWrite(
                      "DELETE",
                      "/series/{name}/readings",
                      "/series/open.api/readings?from=1971-01-01T00:00:00Z&to=1971-01-02T00:00:00Z",
                      null,
                      200)))
          .flatMap(writes -> writes)
          .toList();

  private static Stream<DocumentedWrite> ofOne(String place) {
    var path = place + "/{id}";
    var url = place + "/1";
    return Stream.of(
        new DocumentedWrite("PUT", path, url, NAME, 200),
        new DocumentedWrite("PATCH", path, url, NAME, 200),
        new DocumentedWrite("POST", path + "/chart-data", url + "/chart-data", POINTS, 202),
        new DocumentedWrite("DELETE", path, url, null, 204),
        new DocumentedWrite("PUT", path, url, NAME, 201));
  }

  /** Those that send something. */
  static List<DocumentedWrite> withBody() {
    return ALL.stream().filter(write -> write.body != null).toList();
  }

  /** Whether it is an error if the resource does not exist yet. */
  boolean changesOne() {
    return path.contains("{") && !method.equals("PUT");
  }

  /** The same request with another URL. */
  DocumentedWrite at(String other) {
    return new DocumentedWrite(method, path, other, body, status);
  }

  /** The same request with another body. */
  DocumentedWrite sending(String other) {
    return new DocumentedWrite(method, path, url, other, status);
  }
}
