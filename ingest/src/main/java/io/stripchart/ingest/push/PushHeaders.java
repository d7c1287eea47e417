package io.stripchart.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.util.Locale;

/** What is known of a request before its body is read. */
final class PushHeaders {
  private static final String PATH = "/readings/";

  private PushHeaders() {}

  /**
   * @return the series that the path names
   * @throws PushException where the request need not be read any further
   */
  static String check(HttpServerRequest request) {
    var series = series(request.path());
    if (!request.method().equals(HttpMethod.POST)) {
      throw new PushException(405, "readings are sent by POST, not by " + request.method());
    }
    try {
      SeriesName.check(series);
    } catch (MalformedReadingException e) {
      throw new PushException(400, e.getMessage());
    }
    checkMediaType(request.getHeader("Content-Type"));
    var encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new PushException(415, "Content-Encoding: must be left out");
    }
    checkLength(request.getHeader("Content-Length"));
    return series;
  }

  private static String series(String path) {
    if (path == null || !path.startsWith(PATH) || path.length() == PATH.length()) {
      throw new PushException(404, "there is only /readings/{series} here");
    }
    try {
      // A plus sign is no part of a name, whether it is decoded or not.
      return URLDecoder.decode(path.substring(PATH.length()), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new PushException(400, "the path holds a percent sign that encodes nothing");
    }
  }

  private static void checkMediaType(String given) {
    var parts = given == null ? new String[] {""} : given.toLowerCase(Locale.ROOT).split(";", -1);
    boolean sound = parts[0].strip().equals("application/json");
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip().replace("\"", "");
      sound &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!sound) throw new PushException(415, "Content-Type: must be application/json, in UTF-8");
  }

  private static void checkLength(String given) {
    try {
      if (given != null && Long.parseLong(given) > PushLimits.MAX_BODY_BYTES) throw tooLarge();
    } catch (NumberFormatException e) {
      throw new PushException(400, "Content-Length: must be a number");
    }
  }

  static PushException tooLarge() {
    return new PushException(
        413, "at most " + PushLimits.MAX_BODY_BYTES + " bytes in a request; send several");
  }
}
