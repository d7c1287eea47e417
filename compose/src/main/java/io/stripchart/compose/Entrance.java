package io.stripchart.compose;

/** URLs of a running process, in the order in which they are printed. */
enum Entrance {
  GRAPHQL("GraphQL"),
  GRAPHIQL("GraphiQL"),
  DOCS("REST docs"),
  PUSH("Push"),
  PUSH_DOCS("Push docs"),
  SATELLITE("Satellite"),
  BUILDING("Building"),
  OPERATIONS("Operations"),
  DATA("Data");

  final String label;

  Entrance(String label) {
    this.label = label;
  }

  /**
   * Where something is reached from this machine.
   *
   * @param host that it listens on, which may be every one
   */
  static String url(String scheme, String host, int port, String path) {
    return scheme + "://" + authority(host) + ":" + port + path;
  }

  private static String authority(String host) {
    return switch (host) {
      case "127.0.0.1", "0.0.0.0" -> "localhost";
      case "::" -> "[::1]";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }
}
