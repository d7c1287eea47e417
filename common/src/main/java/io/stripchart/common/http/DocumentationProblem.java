package io.stripchart.common.http;

/** Why documentation is not served; with the same names as on all other paths. */
enum DocumentationProblem implements Problem.Kind {
  UNKNOWN_PATH(404, "Unknown path"),
  METHOD_NOT_ALLOWED(405, "Method not allowed");

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
