package io.stripchart.compose;

/** Where a running process can be reached, in the order in which people are told. */
enum Entrance {
  GRAPHQL("GraphQL"),
  GRAPHIQL("GraphiQL"),
  PUSH("Push"),
  SATELLITE("Satellite"),
  OPERATIONS("Operations"),
  DATA("Data");

  final String label;

  Entrance(String label) {
    this.label = label;
  }
}
