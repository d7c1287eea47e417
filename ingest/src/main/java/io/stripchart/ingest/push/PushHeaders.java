package io.stripchart.ingest.push;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** What is known of a request before its body is read. */
final class PushHeaders {
  private PushHeaders() {}

  /**
   * @return what its body holds
   * @throws PushException where the request need not be read any further
   */
  static PushForm check(HttpServerRequest request) {
    var form = PushPath.form(request.path());
    if (!request.method().equals(HttpMethod.POST)) {
      throw new PushException(
          PushProblem.METHOD_NOT_ALLOWED, "method: must be POST, is " + request.method());
    }
    checkMediaType(request.getHeader("Content-Type"));
    var encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new PushException(
          PushProblem.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding: must be left out");
    }
    checkLength(request.getHeader("Content-Length"));
    return form;
  }

  private static void checkMediaType(String given) {
    var parts = given == null ? new String[] {""} : given.toLowerCase(Locale.ROOT).split(";", -1);
    boolean sound = parts[0].strip().equals("application/json");
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip().replace("\"", "");
      sound &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
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
