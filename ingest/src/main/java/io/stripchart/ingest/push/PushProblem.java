package io.stripchart.ingest.push;

import io.stripchart.common.http.Problem;

/** Why a push is refused; what programs tell the reasons by. */
enum PushProblem implements Problem.Kind {
  BAD_PARAMETER(400, "A name in the path is wrong"),
  BAD_HEADER(400, "A header is wrong"),
  BAD_BODY(400, "The body cannot be read"),
  BAD_READINGS(400, "Readings cannot be taken"),
  UNKNOWN_PATH(404, "There is nothing at this path"),
  METHOD_NOT_ALLOWED(405, "Readings are sent by POST"),
  BODY_LATE(408, "The body did not come in time"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is not of a form that is taken"),
  TOO_BUSY(429, "Too much is being worked on"),
  INTERNAL(500, "Something that should not happen went wrong"),
  STOPPING(503, "This process is stopping"),
  BROKER_AWAY(503, "The broker is away"),
  UNCONFIRMED(503, "The broker did not confirm all");

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
