package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A postmaster and its children, which outlive the JVM that started them.
 *
 * @param postmaster its process
 * @param port where it listens, 1 to 65535
 */
record PostgresProcess(ProcessHandle postmaster, int port) {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

  /** The server that a data folder's {@code postmaster.pid} names, if it runs. */
  static Optional<PostgresProcess> runningOn(Path data) throws IOException {
    // Its lines: process id, data folder, start time, port, …
    var lines = pidFile(data);
    if (lines.size() < 4) {
      return Optional.empty();
    }
    var port = Integer.parseInt(lines.get(3).strip());
    return aliveIn(lines)
        .filter(process -> serves(process, data))
        .map(process -> new PostgresProcess(process, port));
  }

  /**
   * Deletes a {@code postmaster.pid} whose process id is another program's by now, as after a crash
   * of the machine: PostgreSQL would take that program for a server and refuse to start. Any other
   * stays, for it also guards the data against children that outlived their server.
   */
  static void deletePidFileOfAnother(Path data) throws IOException {
    if (aliveIn(pidFile(data)).filter(process -> !serves(process, data)).isPresent()) {
      Files.delete(data.resolve("postmaster.pid"));
    }
  }

  private static List<String> pidFile(Path data) throws IOException {
    var file = data.resolve("postmaster.pid");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static Optional<ProcessHandle> aliveIn(List<String> pidFile) {
    return pidFile.stream()
        .findFirst()
        .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())))
        .filter(process -> !isGone(process));
  }

  /** If the system does not tell, it counts as the server of this folder. */
  private static boolean serves(ProcessHandle process, Path data) {
    return process.info().command().map(path -> path.endsWith("postgres")).orElse(true)
        && worksIn(process, data);
  }

  /** The working directory of a server is its data folder, which identifies it. */
  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(process.pid()), "cwd"), folder);
    } catch (IOException notTold) {
      return true;
    }
  }

  boolean isRunning() {
    return !isGone(postmaster);
  }

  /**
   * Kills the postmaster and its children as {@code kill -9} does, and waits until they are gone: a
   * new server would not start beside a child that still has the shared memory.
   *
   * @throws IllegalStateException if one is still there after 30 s
   */
  void kill() {
    var family = Stream.concat(Stream.of(postmaster), postmaster.children()).toList();
    // The postmaster first, so that it does not replace a killed child.
    family.forEach(ProcessHandle::destroyForcibly);
    var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (!family.stream().allMatch(PostgresProcess::isGone)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("PostgreSQL still runs after kill -9");
      }
      Pause.millis(5);
    }
  }

  private static boolean isGone(ProcessHandle process) {
    return !process.isAlive() || isZombie(process.pid());
  }

  /** Dead, but its parent has not asked how it died; in a container perhaps it never will. */
  private static boolean isZombie(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException goneOrNotLinux) {
      return false;
    }
  }
}
