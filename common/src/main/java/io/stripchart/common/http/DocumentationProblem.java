package io.stripchart.common.http;

/** Why what documents a server is not given; called the same as on all other paths. */
enum DocumentationProblem implements Problem.Kind {
  UNKNOWN_PATH(404, "There is nothing at this path"),
  METHOD_NOT_ALLOWED(405, "This method does nothing here");

  private final int status;
  private final String title;

  DocumentationProblem(int status, String title) {
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
