package io.stripchart.common.http;

import io.netty.util.NetUtil;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that a server answers to. A page of any site can make a browser send requests to an
 * address of the local network by having its own name resolve to that address (DNS rebinding). The
 * {@code Host} header then carries the name of the site, so requests for unknown names are refused.
 *
 * <p>Always allowed are {@code localhost}, names below {@code .localhost} (RFC 6761), loopback
 * addresses, and the address that the server listens on. A server that listens on all addresses
 * allows every IP address: rebinding needs a name.
 */
public final class HostNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,253})");
  private static final Pattern PORT = Pattern.compile("[0-9]{0,5}");
  private static final String ANY = "*";
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private final Set<String> names = new LinkedHashSet<>();
  private final boolean anyAddress;

  /**
   * @param listening the address or name that the server listens on
   * @param more further names: {@code api.example}, {@code *.example} for all names below, {@code
   *     *} for all names
   * @param publicUrl where clients find the server; null if that is not known
   */
  HostNames(String listening, Set<String> more, URI publicUrl) {
    anyAddress = WILDCARDS.contains(listening);
    if (!anyAddress) names.add(listening.toLowerCase(Locale.ROOT));
    names.addAll(more);
    if (publicUrl != null) names.add(name(publicUrl.getRawAuthority()));
  }

  /**
   * Reads a list of names, separated by commas.
   *
   * @throws IllegalArgumentException if one of them cannot be the name of a host
   */
  static Set<String> parse(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .peek(HostNames::check)
        .map(name -> name.equals(ANY) ? ANY : pattern(name))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void check(String text) {
    if (text.equals(ANY)) return;
    var name = name(text.startsWith("*.") ? text.substring(2) : text);
    if (name == null || text.matches("[^\\[]*:[0-9]*|.*\\]:[0-9]*")) {
      throw new IllegalArgumentException(
          "a name has letters, digits, hyphens and dots, and no scheme and no port");
    }
  }

  private static String pattern(String text) {
    return text.startsWith("*.") ? "*." + name(text.substring(2)) : name(text);
  }

  /**
   * The name in a {@code Host} header: in lower case, without the port, the brackets of an IPv6
   * address, and a dot at the end.
   *
   * @return null if the header is malformed
   */
  public static String name(String host) {
    if (host == null) return null;
    if (host.startsWith("[")) return address(host);
    int colon = host.indexOf(':');
    var name = colon < 0 ? host : host.substring(0, colon);
    if (!NAME.matcher(name).matches() || !isPort(host, colon)) return null;
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static String address(String host) {
    int end = host.indexOf(']');
    if (end < 0) return null;
    var address = host.substring(1, end);
    if (!NetUtil.isValidIpV6Address(address) || address.indexOf('%') >= 0) return null;
    int colon = end + 1 < host.length() ? end + 1 : -1;
    if (colon >= 0 && host.charAt(colon) != ':') return null;
    return isPort(host, colon) ? address.toLowerCase(Locale.ROOT) : null;
  }

  private static boolean isPort(String host, int colon) {
    if (colon < 0) return true;
    var port = host.substring(colon + 1);
    return PORT.matcher(port).matches() && (port.isEmpty() || Integer.parseInt(port) <= 65_535);
  }

  /**
   * Whether the server answers to a name.
   *
   * @param name as {@link #name} gives it
   */
  public boolean allows(String name) {
    if (name.equals("localhost") || names.contains(name)) return true;
    var address = NetUtil.createByteArrayFromIpAddressString(name);
    if (address != null) return anyAddress || isLoopback(address) || names.contains(ANY);
    if (name.endsWith(".localhost") || names.contains(ANY)) return true;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (names.contains("*" + name.substring(dot))) return true;
    }
    return false;
  }

  private static boolean isLoopback(byte[] address) {
    if (address.length == 4) return address[0] == 127;
    for (int i = 0; i < 15; i++) {
      if (address[i] != 0) return false;
    }
    return address[15] == 1;
  }
}
