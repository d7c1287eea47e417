package io.stripchart.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many cores each part used while a rate was measured: which of them is full. */
final class Cores {
  private final Ground ground;
  private final Stripchart stripchart;
  private final Map<String, List<Used>> used = new LinkedHashMap<>();

  private record Used(double rate, Map<String, Double> cores) {}

  Cores(Ground ground, Stripchart stripchart) {
    this.ground = ground;
    this.stripchart = stripchart;
  }

  CpuTimes now() {
    return CpuTimes.now(ground, stripchart);
  }

  /**
   * @param what the measured subject, shown in front of its row
   * @param before CPU times at the begin
   * @param after CPU times before any of its processes has ended
   */
  void note(String what, double rate, CpuTimes before, CpuTimes after) {
    used.computeIfAbsent(what, first -> new ArrayList<>())
        .add(new Used(rate, after.coresSince(before)));
  }

  /** A row for each thing that was measured, with the means of all rounds. */
  Grid grid() {
    var parts = new LinkedHashSet<String>();
    used.values().forEach(all -> all.forEach(one -> parts.addAll(one.cores().keySet())));
    for (var last : CpuTimes.LAST) {
      if (parts.remove(last)) parts.add(last);
    }
    var heads = new ArrayList<>(List.of("cores used", "rate"));
    heads.addAll(parts);
    var grid = new Grid(heads.toArray(String[]::new));
    used.forEach((what, all) -> grid.add(row(what, all, parts)));
    return grid;
  }

  private static String[] row(String what, List<Used> all, Iterable<String> parts) {
    var row = new ArrayList<String>();
    row.add(what);
    row.add(Table.number(all.stream().mapToDouble(Used::rate).average().orElseThrow()) + " /s");
    for (var part : parts) {
      var mean =
          all.stream()
              .filter(one -> one.cores().containsKey(part))
              .mapToDouble(one -> one.cores().get(part))
              .average();
      row.add(mean.isPresent() ? String.format(Locale.ROOT, "%.2f", mean.getAsDouble()) : "");
    }
    return row.toArray(String[]::new);
  }
}
