package io.stripchart.bench;

/** The time of a question about many readings, against that of the same about few. */
final class Growth implements Measurement {
  private final Stripchart stripchart;
  private final int seconds;
  private final Pair pair;
  private final Samples few = new Samples();
  private final Samples many = new Samples();

  /**
   * @param few in GraphQL, as is {@code many}
   * @param wanted of the ratio of their times, in words
   */
  record Pair(String title, String few, String many, String wanted) {}

  Growth(Stripchart stripchart, int seconds, Pair pair) {
    this.stripchart = stripchart;
    this.seconds = seconds;
    this.pair = pair;
  }

  @Override
  public void warmUp() {
    var unused = ask(pair.few()) + ask(pair.many());
  }

  @Override
  public void measure() {
    few.add(ask(pair.few()));
    many.add(ask(pair.many()));
  }

  private double ask(String question) {
    var found = QueryRate.ask(stripchart, QueryRate.Request.graphQl(question), 1, seconds);
    if (found.get("failed") > 0) System.err.println(pair.title() + ": some failed: " + found);
    return found.get("p50");
  }

  @Override
  public void report(Table table) {
    table.add(pair.title() + ", p50", many, "ms", few, pair.wanted());
  }
}
