package io.stripchart.api.factories.chart;

/** The two series of a factory. */
public enum ChartSeries {
  ACTUAL("sprocket_production_actual"),
  GOAL("sprocket_production_goal");

  private final String quantity;

  ChartSeries(String quantity) {
    this.quantity = quantity;
  }

  /** As it is called in JSON. */
  String quantity() {
    return quantity;
  }

  /**
   * The series' name: {@code factory.1.sprocket_production_goal}.
   *
   * @param factory its id, 0 or more
   */
  public String of(int factory) {
    return "factory." + factory + "." + quantity;
  }
}
