package io.stripchart.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results, as a Markdown table. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();

  Table() {
    rows.add(
        new String[] {"measured", "median", "lowest – highest", "its limit", "ratio", "wanted"});
  }

  /** A limit, or what has none. */
  void add(String what, Samples samples, String unit) {
    add(what, samples, unit, new Samples(), "");
  }

  /**
   * @param limit empty where there is none; otherwise as many samples
   * @param wanted in words
   */
  void add(String what, Samples samples, String unit, Samples limit, String wanted) {
    boolean limited = !limit.isEmpty();
    rows.add(
        new String[] {
          what,
          number(samples.median()) + " " + unit,
          number(samples.min()) + " – " + number(samples.max()),
          limited ? number(limit.median()) + " " + unit : "",
          limited ? String.format(Locale.ROOT, "%.2f", samples.dividedBy(limit).median()) : "",
          wanted
        });
  }

  private static String number(double value) {
    if (value >= 1_000) return String.format(Locale.ROOT, "%,d", Math.round(value));
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }

  String text() {
    var text = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      line(text, rows.get(row), ' ');
      if (row == 0) line(text, new String[] {"", "", "", "", "", ""}, '-');
    }
    return text.toString();
  }

  private void line(StringBuilder text, String[] cells, char filler) {
    for (int i = 0; i < cells.length; i++) {
      int column = i;
      int width = rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
      var padding = String.valueOf(filler).repeat(width - cells[i].length());
      text.append("| ").append(i == 0 || filler == '-' ? cells[i] + padding : padding + cells[i]);
      text.append(i > 0 && filler == '-' ? ":" : " ");
    }
    text.append("|\n");
  }
}
