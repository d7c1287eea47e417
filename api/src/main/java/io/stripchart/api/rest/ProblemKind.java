package io.stripchart.api.rest;

import io.stripchart.common.http.Problem;

/** The types of problems that the api answers with. */
public enum ProblemKind implements Problem.Kind {
  BAD_PARAMETER(400, "A parameter is wrong"),
  UNKNOWN_PARAMETER(400, "There is no such parameter"),
  BAD_BODY(400, "The body is wrong"),
  FOREIGN_ORIGIN(403, "This origin may not change anything"),
  UNKNOWN_SERIES(404, "There is no such series"),
  UNKNOWN_ROOM(404, "There is no such room"),
  UNKNOWN_FACTORY(404, "There is no such factory"),
  UNKNOWN_PATH(404, "Unknown path"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  FACTORY_EXISTS(409, "The factory exists already"),
  REFUSED(409, "Not possible in the present state"),
  BEHIND(410, "No longer available"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body must be JSON"),
  TOO_MUCH(422, "More than one answer may hold"),
  BEYOND_RANGE(422, "Beyond the range of a 64-bit float"),
  INTERNAL(500, "Internal error"),
  TOO_MANY_STREAMS(503, "Too many streams"),
  BUSY(503, "The server is busy"),
  DATABASE_AWAY(503, "The database is not available"),
  BROKER_AWAY(503, "The broker is not available"),
  TIMEOUT(504, "Timeout");

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
