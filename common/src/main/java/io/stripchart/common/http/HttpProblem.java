package io.stripchart.common.http;

/** Why a request is refused before any path is looked at; the same on all ports. */
enum HttpProblem implements Problem.Kind {
  BAD_REQUEST(400, "The request is malformed"),
  REQUEST_LATE(408, "The request did not come in time"),
  URI_TOO_LONG(414, "The URL is too long"),
  MISDIRECTED(421, "The host is not served here"),
  TOO_BUSY(429, "Too much is being worked on"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  OVERLOADED(503, "Too much is being worked on for others"),
  HTTP_VERSION(505, "HTTP/1.1 is needed");

  private final int status;
  private final String title;

  HttpProblem(int status, String title) {
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
