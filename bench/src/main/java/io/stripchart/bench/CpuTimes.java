package io.stripchart.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CPU time used so far by each measured part, from /proc (Linux).
 *
 * @param nanos time of the measurement, of {@link System#nanoTime}
 * @param seconds by part and process
 * @param machine total of all processes of this machine
 */
record CpuTimes(long nanos, Map<String, Map<Long, Double>> seconds, double machine) {
  private static final String BROKER = "broker";
  private static final String DATABASE = "database";
  private static final String LOAD = "load";
  private static final String OTHERS = "others";
  private static final String MACHINE = "machine";

  /** Names of the parts listed after all processes, in this order. */
  static final List<String> LAST = List.of(LOAD, OTHERS, MACHINE);

  /**
   * The kernel's clock ticks a second for programs, on all Linux architectures that Java runs on.
   */
  private static final double TICKS_A_SECOND = 100;

  /** Behind the name of the program, which may have blanks and brackets: user, system. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  /** Of the machine: user, nice, system, interrupts; without idle and steal. */
  private static final int[] BUSY = {1, 2, 3, 6, 7};

  static CpuTimes now(Ground ground, Stripchart stripchart) {
    var seconds = new LinkedHashMap<String, Map<Long, Double>>();
    ground.brokerPid().ifPresent(pid -> seconds.put(BROKER, ofEach(List.of(pid))));
    stripchart
        .workers()
        .forEach((name, worker) -> seconds.put(name, ofEach(List.of(worker.pid()))));
    ground.databaseServer().ifPresent(server -> seconds.put(DATABASE, ofEach(family(server))));
    var load = family(ProcessHandle.current());
    load.removeAll(known(seconds));
    seconds.put(LOAD, ofEach(load));
    return new CpuTimes(System.nanoTime(), seconds, ofMachine(text(Path.of("/proc/stat"))));
  }

  private static List<Long> family(ProcessHandle first) {
    var pids = new ArrayList<Long>();
    pids.add(first.pid());
    first.descendants().forEach(one -> pids.add(one.pid()));
    return pids;
  }

  private static Set<Long> known(Map<String, Map<Long, Double>> seconds) {
    var known = new HashSet<Long>();
    seconds.values().forEach(processes -> known.addAll(processes.keySet()));
    return known;
  }

  private static Map<Long, Double> ofEach(List<Long> pids) {
    var seconds = new LinkedHashMap<Long, Double>();
    for (long pid : pids)
      seconds.put(pid, ofProcess(text(Path.of("/proc", String.valueOf(pid), "stat"))));
    return seconds;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException ended) {
      return "";
    }
  }

  /**
   * @param stat the text of /proc/PID/stat; empty if there is none
   */
  static double ofProcess(String stat) {
    if (stat.isEmpty()) return 0;
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Double.parseDouble(fields[USER]) + Double.parseDouble(fields[SYSTEM])) / TICKS_A_SECOND;
  }

  /**
   * @param stat the text of /proc/stat; empty if there is none
   */
  static double ofMachine(String stat) {
    if (stat.isEmpty()) return 0;
    var fields = stat.lines().findFirst().orElseThrow().split(" +", -1);
    double ticks = 0;
    for (int field : BUSY) ticks += Double.parseDouble(fields[field]);
    return ticks / TICKS_A_SECOND;
  }

  /**
   * Mean number of cores that each part used since then. Processes that ended meanwhile, and
   * processes of no part, count as others; a large value means that something else runs on this
   * machine.
   */
  Map<String, Double> coresSince(CpuTimes before) {
    double elapsed = (nanos - before.nanos) / 1e9;
    var cores = new LinkedHashMap<String, Double>();
    seconds.forEach(
        (part, processes) -> {
          var processesBefore = before.seconds.getOrDefault(part, Map.of());
          double taken = 0;
          for (var process : processes.entrySet()) {
            double earlier = processesBefore.getOrDefault(process.getKey(), 0.0);
            taken += Math.max(0, process.getValue() - earlier);
          }
          cores.put(part, taken / elapsed);
        });
    double ours = cores.values().stream().mapToDouble(Double::doubleValue).sum();
    double all = (machine - before.machine) / elapsed;
    cores.put(OTHERS, Math.max(0, all - ours));
    cores.put(MACHINE, all);
    return cores;
  }
}
