package io.stripchart.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.common.reading.SeriesName;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.util.Map;

/**
 * What a request asks for.
 *
 * @param path of the request, for links
 * @param series null where it is not about one
 */
record Asked(Resource resource, String path, String series, Parameters parameters, Format format) {
  /**
   * @throws ProblemException where it cannot be answered, whatever is stored
   */
  static Asked of(HttpServerRequest request) {
    var words = request.path().substring(1).split("/", -1);
    if (words.length != 1 && words.length != 3) throw Resource.unknownPath();
    var resource = words.length == 1 ? Resource.SERIES : Resource.ofASeries(words[2]);
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      throw new ProblemException(
          Problem.Kind.METHOD_NOT_ALLOWED,
          null,
          "method: must be GET or HEAD, is " + request.method());
    }
    var parameters = Parameters.of(request, resource.parameters());
    var format =
        Format.of(
            parameters.text("format"), request.getHeader(HttpHeaders.ACCEPT), resource.formats());
    var series = words.length == 1 ? null : series(words[1]);
    return new Asked(resource, request.path(), series, parameters, format);
  }

  private static String series(String word) {
    String name;
    try {
      // Of a path, a plus is no space.
      name = URLDecoder.decode(word.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw Parameters.bad("name", "each % must have two hexadecimal digits behind it");
    }
    return Parameters.read("name", SeriesName::check, name);
  }

  /** The same with other parameters, as a link. */
  String link(Map<String, String> changed) {
    return path + parameters.query(changed);
  }
}
