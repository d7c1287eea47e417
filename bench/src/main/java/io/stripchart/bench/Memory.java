package io.stripchart.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Resident memory, of processes of this machine (Linux), in MB; NaN if it cannot be known. */
final class Memory {
  private Memory() {}

  static void report(Table table, Ground ground, Stripchart stripchart) {
    stripchart
        .workers()
        .forEach((name, worker) -> add(table, name + ", resident", resident(worker.pid())));
    ground.brokerPid().ifPresent(pid -> add(table, "broker, resident", resident(pid)));
    ground.databaseServer().ifPresent(server -> add(table, "database, resident", all(server)));
  }

  private static void add(Table table, String what, double megabytes) {
    if (Double.isNaN(megabytes)) return;
    var samples = new Samples();
    samples.add(megabytes);
    table.add(what, samples, "MB");
  }

  static double resident(long pid) {
    return number(pid, "status", "VmRSS");
  }

  /** Memory of all the server's processes; shared memory counts once. */
  private static double all(ProcessHandle server) {
    return proportional(server.pid())
        + server.descendants().mapToDouble(one -> proportional(one.pid())).sum();
  }

  private static double proportional(long pid) {
    double found = number(pid, "smaps_rollup", "Pss");
    return Double.isNaN(found) ? 0 : found;
  }

  private static double number(long pid, String file, String field) {
    try {
      var text = Files.readString(Path.of("/proc", String.valueOf(pid), file));
      var matcher = Pattern.compile("(?m)^" + field + ":\\s+(\\d+) kB").matcher(text);
      return matcher.find() ? Double.parseDouble(matcher.group(1)) / 1_024 : Double.NaN;
    } catch (IOException unknown) {
      return Double.NaN;
    }
  }
}
