package io.stripchart.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures, each with several numbers of series, against that with the fewest. */
final class ScaledFigures {
  private final List<Integer> scales;
  private final Map<Figure, Map<Integer, Double>> found = new LinkedHashMap<>();

  record Figure(String title, Unit unit) {}

  enum Unit {
    A_SECOND("/s", 0, ""),
    MILLIS("ms", 0, ""),
    /** Each series has a part in it. */
    MILLIS_OF_ALL("ms", 1_000, "µs"),
    MEGABYTES("MB", 1_024, "KB");

    private final String name;
    private final double factor;
    private final String small;

    /**
     * @param factor how many smaller ones it is; 0 if it is not divided among the series
     */
    Unit(String name, double factor, String small) {
      this.name = name;
      this.factor = factor;
      this.small = small;
    }

    private String of(double value) {
      return Table.number(value) + " " + name;
    }

    private String share(double value, int series) {
      return factor == 0 ? "" : Table.number(value * factor / series) + " " + small;
    }
  }

  /**
   * @param scales numbers of series, at least two, from the fewest on
   */
  ScaledFigures(List<Integer> scales) {
    this.scales = List.copyOf(scales);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Of each scale once. */
  void note(Figure figure, int series, double value) {
    found.computeIfAbsent(figure, first -> new LinkedHashMap<>()).put(series, value);
  }

  /** A row for each figure, in the order in which they were noted first. */
  Grid grid() {
    var fewest = scales.get(0);
    var most = scales.get(scales.size() - 1);
    var heads = new ArrayList<>(List.of("measured with so many series"));
    for (int series : scales) heads.add(count(series));
    for (int series : scales.subList(1, scales.size()))
      heads.add(count(series) + " : " + count(fewest));
    heads.add("each of " + count(fewest));
    heads.add("each of " + count(most));
    var grid = new Grid(heads.toArray(String[]::new));
    found.forEach(
        (figure, values) -> {
          var row = new ArrayList<>(List.of(figure.title()));
          for (int series : scales) row.add(figure.unit().of(values.get(series)));
          for (int series : scales.subList(1, scales.size()))
            row.add(Table.number(values.get(series) / values.get(fewest)));
          for (int series : List.of(fewest, most))
            row.add(figure.unit().share(values.get(series), series));
          grid.add(row.toArray(String[]::new));
        });
    return grid;
  }

  private static String count(int series) {
    return String.format(Locale.ROOT, "%,d", series);
  }
}
