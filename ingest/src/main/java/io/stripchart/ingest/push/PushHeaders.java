package io.stripchart.ingest.push;

import io.stripchart.common.reading.GzipBody;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/**
 * The properties of a request that are known before its body.
 *
 * @param form form of the body
 * @param gzip whether the body is compressed
 */
record PushHeaders(PushForm form, boolean gzip) {
  /** Content encodings that are taken. */
  static final String ENCODINGS = "gzip";

  /**
   * @throws PushException if the request need not be read any further
   */
  static PushHeaders check(HttpServerRequest request) {
    var form = PushPath.form(request.path(), precision(request));
    if (!request.method().equals(HttpMethod.POST)) {
      throw new PushException(
          PushProblem.METHOD_NOT_ALLOWED, "method: must be POST, is " + request.method());
    }
    checkMediaType(request.getHeader("Content-Type"));
    boolean gzip = isGzip(request.headers().getAll("Content-Encoding"));
    checkLength(request.getHeader("Content-Length"));
    return new PushHeaders(form, gzip);
  }

  private static boolean isGzip(List<String> given) {
    try {
      return GzipBody.isGzip(given);
    } catch (MalformedReadingException e) {
      throw new PushException(PushProblem.UNSUPPORTED_MEDIA_TYPE, e.getMessage());
    }
  }

  private static List<String> precision(HttpServerRequest request) {
    try {
      return request.params().getAll("precision");
    } catch (IllegalArgumentException e) {
      throw PushException.parameter("precision", "precision: the query is not percent-encoded");
    }
  }

  private static void checkMediaType(String given) {
    var parts = given == null ? new String[] {""} : given.toLowerCase(Locale.ROOT).split(";", -1);
    boolean sound = parts[0].strip().equals("application/json");
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip().replace("\"", "");
      sound &= !parameter.startsWith("charset=") || parameter.matches("charset=utf-?8");
    }
    if (!sound)
      throw new PushException(
          PushProblem.UNSUPPORTED_MEDIA_TYPE, "Content-Type: must be application/json, in UTF-8");
  }

  private static void checkLength(String given) {
    try {
      if (given != null && Long.parseLong(given) > PushLimits.MAX_BODY_BYTES) throw tooLarge();
    } catch (NumberFormatException e) {
      throw new PushException(PushProblem.BAD_HEADER, "Content-Length: must be a number");
    }
  }

  static PushException tooLarge() {
    return new PushException(
        PushProblem.BODY_TOO_LARGE,
        "at most " + PushLimits.MAX_BODY_BYTES + " bytes in a request; send several");
  }
}
