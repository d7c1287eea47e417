package io.stripchart.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results, as a Markdown table, and others behind it. */
final class Table {
  private final Grid rows =
      new Grid("measured", "median", "lowest – highest", "its limit", "ratio", "wanted");

  private final List<Grid> others = new ArrayList<>();

  /** A bound, or a figure without one. */
  void add(String what, Samples samples, String unit) {
    add(what, samples, unit, new Samples(), "");
  }

  /**
   * @param limit empty if there is none; otherwise as many samples
   * @param wanted in words
   */
  void add(String what, Samples samples, String unit, Samples limit, String wanted) {
    boolean limited = !limit.isEmpty();
    rows.add(
        what,
        number(samples.median()) + " " + unit,
        number(samples.min()) + " – " + number(samples.max()),
        limited ? number(limit.median()) + " " + unit : "",
        limited ? String.format(Locale.ROOT, "%.2f", samples.dividedBy(limit).median()) : "",
        wanted);
  }

  static String number(double value) {
    if (value >= 1_000) return String.format(Locale.ROOT, "%,d", Math.round(value));
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }

  /** Puts another table behind this one. */
  void append(Grid more) {
    others.add(more);
  }

  String text() {
    var text = new StringBuilder(rows.text());
    others.forEach(other -> text.append('\n').append(other.text()));
    return text.toString();
  }
}
