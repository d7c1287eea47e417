package io.stripchart.api.series;

import io.stripchart.api.rest.Format;
import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.common.reading.SeriesName;
import java.util.Map;

/**
 * A parsed request.
 *
 * @param path of the request, for links
 * @param series null if it does not concern one
 */
record Asked(Resource resource, String path, String series, Parameters parameters, Format format) {
  /**
   * @throws io.stripchart.api.rest.ProblemException if it cannot be answered, whatever is stored
   */
  static Asked of(RestRequest request) {
    boolean isOfOne = request.segments().size() > 1;
    var resource = Resource.of(request.segments());
    var parameters = request.parameters(resource.parameters());
    var format = request.format(parameters, resource.formats());
    var series =
        isOfOne ? Parameters.read("name", SeriesName::check, request.text("name", 1)) : null;
    return new Asked(resource, request.path(), series, parameters, format);
  }

  /** The same with other parameters, as a link. */
  String link(Map<String, String> changed) {
    return path + parameters.query(changed);
  }
}
