package io.stripchart.ingest.push;

import io.stripchart.common.http.Problem;

/** Types of problems in responses to pushes; programs rely on them. */
enum PushProblem implements Problem.Kind {
  BAD_PARAMETER(400, "Invalid parameter"),
  BAD_HEADER(400, "Invalid header"),
  BAD_BODY(400, "The body cannot be read"),
  BAD_READINGS(400, "Readings cannot be taken"),
  UNKNOWN_PATH(404, "Unknown path"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  TOO_BUSY(429, "Too many requests"),
  INTERNAL(500, "Internal error"),
  STOPPING(503, "The process is stopping"),
  BROKER_AWAY(503, "The broker is not available"),
  UNCONFIRMED(503, "The broker did not confirm all readings");

  private final int status;
  private final String title;

  PushProblem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String title() {
    return title;
  }
}
