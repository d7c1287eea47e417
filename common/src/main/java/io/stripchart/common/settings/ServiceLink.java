package io.stripchart.common.settings;

import java.util.regex.Pattern;

/**
 * Variables that Kubernetes sets in each pod for each Service of its namespace. For a Service named
 * {@code stripchart-api} they are {@code STRIPCHART_API_SERVICE_HOST}, {@code
 * STRIPCHART_API_SERVICE_PORT}, {@code STRIPCHART_API_SERVICE_PORT_HTTP}, {@code
 * STRIPCHART_API_PORT=tcp://10.0.0.1:8000} and {@code STRIPCHART_API_PORT_8000_TCP}, the last also
 * with {@code _PROTO}, {@code _PORT} and {@code _ADDR}. They are no settings.
 */
final class ServiceLink {
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://[^/\\s]+:[0-9]{1,5}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
  private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:\\[\\]-]+");
  private static final Pattern SERVICE_HOST = Pattern.compile("[A-Z0-9_]+_SERVICE_HOST");
  private static final Pattern SERVICE_PORT =
      Pattern.compile("[A-Z0-9_]+_SERVICE_PORT(_[A-Z0-9_]+)?");
  private static final Pattern PORT =
      Pattern.compile("[A-Z0-9_]+_PORT(_[0-9]{1,5}_(TCP|UDP|SCTP))?");
  private static final Pattern PORT_PART =
      Pattern.compile("[A-Z0-9_]+_PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)");

  private ServiceLink() {}

  /** Whether name and value have the form of such a variable. */
  static boolean matches(String name, String value) {
    if (isAddress(name, value)) return true;
    if (SERVICE_HOST.matcher(name).matches()) return HOST.matcher(value).matches();
    if (SERVICE_PORT.matcher(name).matches()) return NUMBER.matcher(value).matches();
    var part = PORT_PART.matcher(name);
    if (!part.matches()) return false;
    return switch (part.group(2)) {
      case "PROTO" -> value.equalsIgnoreCase(part.group(1));
      case "PORT" -> NUMBER.matcher(value).matches();
      default -> HOST.matcher(value).matches();
    };
  }

  /**
   * Whether it is the address of a Service. The name may be that of a setting, like {@code
   * STRIPCHART_API_PORT}: the value distinguishes them, as no such setting has an address.
   */
  private static boolean isAddress(String name, String value) {
    return PORT.matcher(name).matches() && ADDRESS.matcher(value).matches();
  }
}
