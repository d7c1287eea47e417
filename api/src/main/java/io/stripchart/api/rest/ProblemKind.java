package io.stripchart.api.rest;

import io.stripchart.common.http.Problem;

/** What programs tell the problems of this server by. */
public enum ProblemKind implements Problem.Kind {
  BAD_PARAMETER(400, "A parameter is wrong"),
  UNKNOWN_PARAMETER(400, "There is no such parameter"),
  BAD_BODY(400, "The body is wrong"),
  FOREIGN_ORIGIN(403, "Web pages of this origin may change nothing"),
  UNKNOWN_SERIES(404, "There is no such series"),
  UNKNOWN_ROOM(404, "There is no such room"),
  UNKNOWN_FACTORY(404, "There is no such factory"),
  UNKNOWN_PATH(404, "There is nothing at this path"),
  METHOD_NOT_ALLOWED(405, "This method does nothing here"),
  NOT_ACCEPTABLE(406, "No media type that is accepted is to be had"),
  BODY_LATE(408, "The body did not come in time"),
  FACTORY_EXISTS(409, "There is such a factory already"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body must be JSON"),
  TOO_MUCH(422, "It is more than one answer may hold"),
  BEYOND_RANGE(422, "The answer is no number"),
  INTERNAL(500, "Something that should not happen went wrong"),
  TOO_MANY_STREAMS(503, "Too many streams are running"),
  BUSY(503, "The server is busy with others"),
  DATABASE_AWAY(503, "The database is away"),
  BROKER_AWAY(503, "The broker is away"),
  TIMEOUT(504, "It took too long");

  private final int status;
  private final String title;

  ProblemKind(int status, String title) {
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
