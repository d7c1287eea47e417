package io.stripchart.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text, as a Markdown table. */
final class Grid {
  private final List<String[]> rows = new ArrayList<>();

  Grid(String... heads) {
    rows.add(heads);
  }

  /**
   * @param cells as many as there are heads
   */
  void add(String... cells) {
    rows.add(cells);
  }

  String text() {
    var text = new StringBuilder();
    var nothing = new String[rows.get(0).length];
    Arrays.fill(nothing, "");
    for (int row = 0; row < rows.size(); row++) {
      line(text, rows.get(row), ' ');
      if (row == 0) line(text, nothing, '-');
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
