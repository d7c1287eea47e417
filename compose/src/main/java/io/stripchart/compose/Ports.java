package io.stripchart.compose;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ports that a process is about to listen on, by the settings that choose them. Looked at
 * before anything starts, so that a port that is taken is known by its setting, and at once.
 */
final class Ports {
  private final String host;
  private final Map<String, Integer> bySetting = new LinkedHashMap<>();
  private final Map<String, String> parts = new LinkedHashMap<>();

  Ports(String host) {
    this.host = host;
  }

  /**
   * Adds a port; 0, any free port, is ignored.
   *
   * @param part its owner, for messages
   */
  Ports with(String part, String setting, int port) {
    if (port != 0) bySetting.put(setting, port);
    parts.put(setting, part);
    return this;
  }

  /** The remedy for a port in use. */
  static String taken(String host, int port, String setting) {
    return String.format(
        Locale.ROOT,
        "port %d on %s is taken; stop what uses it, or choose another by %s",
        port,
        host,
        setting);
  }

  /** Settings that choose the same port, a line each. */
  List<String> clashes() {
    var problems = new ArrayList<String>();
    var first = new LinkedHashMap<Integer, String>();
    bySetting.forEach(
        (setting, port) -> {
          var other = first.putIfAbsent(port, setting);
          if (other != null)
            problems.add(setting + ": is " + port + ", which " + other + " is already");
        });
    return problems;
  }

  /** Ports that cannot be listened on, a line each, with the setting that helps. */
  List<String> unavailable() {
    var problems = new ArrayList<String>();
    bySetting.forEach(
        (setting, port) -> {
          try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
          } catch (BindException taken) {
            problems.add(problem(setting, port, taken));
          } catch (IOException | RuntimeException unusable) {
            problems.add("STRIPCHART_HOST: cannot listen on \"" + host + "\": " + unusable);
          }
        });
    return problems.stream().distinct().toList();
  }

  /** A failure of a part to start: where its port was taken meanwhile, one that says so. */
  Throwable explained(String part, Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        var setting = bySetting.keySet().stream().filter(s -> part.equals(parts.get(s))).findAny();
        if (setting.isPresent())
          return new ExplainedException(
              taken(host, bySetting.get(setting.get()), setting.get()), failure);
      }
    }
    return failure;
  }

  private String problem(String setting, int port, BindException cause) {
    var why = cause.getMessage();
    if (why != null && why.startsWith("Cannot assign"))
      return "STRIPCHART_HOST: \"" + host + "\" is no address of this machine";
    if (why != null && why.startsWith("Permission denied"))
      return String.format(
          Locale.ROOT,
          "port %d is reserved for the superuser; choose another by %s",
          port,
          setting);
    return taken(host, port, setting);
  }
}
