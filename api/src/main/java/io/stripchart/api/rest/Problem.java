package io.stripchart.api.rest;

import io.stripchart.api.ApiException;
import java.util.Locale;

/**
 * Why a request is refused or failed, as of RFC 9457.
 *
 * @param parameter which parameter it is about; null where it is about none
 * @param detail what was wrong, and what would be right
 */
record Problem(Kind kind, String parameter, String detail) {
  static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPES = "urn:stripchart:problem:";

  /** What programs tell problems by; its name is the end of the type, and stays. */
  enum Kind {
    BAD_PARAMETER(400, "A parameter is wrong"),
    UNKNOWN_PARAMETER(400, "There is no such parameter"),
    UNKNOWN_SERIES(404, "There is no such series"),
    UNKNOWN_PATH(404, "There is nothing at this path"),
    METHOD_NOT_ALLOWED(405, "Everything here is read by GET"),
    NOT_ACCEPTABLE(406, "No media type that is accepted is to be had"),
    BEYOND_RANGE(422, "The answer is no number"),
    INTERNAL(500, "Something that should not happen went wrong"),
    TOO_MANY_STREAMS(503, "Too many streams are running"),
    DATABASE_AWAY(503, "The database is away"),
    TIMEOUT(504, "It took too long"),
    HTTP_VERSION(505, "A stream needs HTTP/1.1");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    int status() {
      return status;
    }
  }

  /** Of a failure whose message is for whoever asked. */
  static Problem of(ApiException failure) {
    var kind =
        switch (failure.code()) {
          case BAD_ARGUMENT -> Kind.BAD_PARAMETER;
          case DATABASE_AWAY, BROKER_AWAY -> Kind.DATABASE_AWAY;
          case TIMEOUT -> Kind.TIMEOUT;
          case LIMIT, BEHIND, REFUSED -> Kind.BEYOND_RANGE;
        };
    return new Problem(kind, failure.argument(), failure.getMessage());
  }

  int status() {
    return kind.status;
  }

  /** Whether the same request may succeed later. */
  boolean isPassing() {
    return kind.status == 503 || kind.status == 504;
  }

  String toJson() {
    var type = TYPES + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    var json = new StringBuilder("{\"type\":\"").append(type);
    json.append("\",\"title\":\"").append(kind.title);
    json.append("\",\"status\":").append(kind.status).append(",\"detail\":");
    Text.json(json, detail);
    if (parameter != null) Text.json(json.append(",\"parameter\":"), parameter);
    return json.append('}').toString();
  }
}
