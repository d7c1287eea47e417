package io.stripchart.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The process of this machine that listens on the port of a URI, from /proc (Linux). Its sockets
 * are in the list of all, and among its open files, which only its own user and root can read.
 */
final class ListeningProcess {
  private static final String LISTENING = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningProcess() {}

  static Optional<Long> of(URI uri) {
    try {
      var address = InetAddress.getByName(uri.getHost());
      if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null)
        return Optional.empty();
      var sockets = socketsOf(uri.getPort());
      return ProcessHandle.allProcesses()
          .map(ProcessHandle::pid)
          .filter(pid -> hasOneOf(sockets, pid))
          .findFirst();
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static Set<Path> socketsOf(int port) throws IOException {
    var sockets = new HashSet<Path>();
    for (var list : List.of("tcp", "tcp6")) {
      var file = Path.of("/proc/net", list);
      if (Files.exists(file)) sockets.addAll(socketsOf(port, Files.readAllLines(file)));
    }
    return sockets;
  }

  /**
   * @param lines of /proc/net/tcp
   * @return as the links of open files call them
   */
  static Set<Path> socketsOf(int port, List<String> lines) {
    var sockets = new HashSet<Path>();
    var end = String.format(Locale.ROOT, ":%04X", port);
    for (var line : lines) {
      var columns = line.strip().split(" +", -1);
      if (columns[LOCAL].endsWith(end) && columns[STATE].equals(LISTENING))
        sockets.add(Path.of("socket:[" + columns[INODE] + "]"));
    }
    return sockets;
  }

  private static boolean hasOneOf(Set<Path> sockets, long pid) {
    try (var files = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      return files.anyMatch(file -> isOneOf(sockets, file));
    } catch (IOException notOurs) {
      return false;
    }
  }

  private static boolean isOneOf(Set<Path> sockets, Path file) {
    try {
      return sockets.contains(Files.readSymbolicLink(file));
    } catch (IOException closed) {
      return false;
    }
  }
}
