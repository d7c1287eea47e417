package io.stripchart.common.http;

/** The types of problems that are found before the path is read; the same on all ports. */
enum HttpProblem implements Problem.Kind {
  BAD_REQUEST(400, "The request is malformed"),
  REQUEST_LATE(408, "The request did not arrive in time"),
  URI_TOO_LONG(414, "The URL is too long"),
  MISDIRECTED(421, "Unknown host"),
  TOO_BUSY(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  OVERLOADED(503, "The server is overloaded"),
  HTTP_VERSION(505, "HTTP version not supported");

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
