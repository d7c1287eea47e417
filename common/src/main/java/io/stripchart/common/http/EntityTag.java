package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The entity tag of a response: the same text has the same tag in every process.
 *
 * @param text as the ETag header has it: {@code "…"}, or {@code W/"…"} if two responses with the
 *     same tag may differ in unimportant parts
 */
public record EntityTag(String text) {
  /** Of an answer's very bytes. */
  public static EntityTag of(Buffer body) {
    return new EntityTag('"' + hash(body.getBytes()) + '"');
  }

  /**
   * Weak.
   *
   * @param essence the important part of the response
   */
  public static EntityTag weak(String essence) {
    return new EntityTag("W/\"" + hash(essence.getBytes(UTF_8)) + '"');
  }

  /**
   * Two checksums of different polynomials make 64 bits: enough to distinguish texts that are not
   * forged, and many times as fast as a digest.
   */
  private static String hash(byte[] bytes) {
    var one = new CRC32();
    var other = new CRC32C();
    one.update(bytes);
    other.update(bytes);
    return String.format(
        Locale.ROOT, "%x-%08x%08x", bytes.length, one.getValue(), other.getValue());
  }

  /**
   * Whether the client has this answer already.
   *
   * @param ifNoneMatch that header; null if there is none
   */
  public boolean isAmong(String ifNoneMatch) {
    if (ifNoneMatch == null) return false;
    if (ifNoneMatch.equals(text) || ifNoneMatch.equals("*")) return true;
    var opaque = text.startsWith("W/") ? text.substring(2) : text;
    // A quote ends a tag, as none can be inside of one; whether either is weak does not matter.
    int at = ifNoneMatch.indexOf(opaque);
    while (at >= 0) {
      if (begins(ifNoneMatch, at) && ends(ifNoneMatch, at + opaque.length())) return true;
      at = ifNoneMatch.indexOf(opaque, at + 1);
    }
    return false;
  }

  /** Behind a comma, with or without a space, or {@code W/}; not the closing quote of another. */
  private static boolean begins(String header, int at) {
    int before = header.startsWith("W/", at - 2) ? at - 2 : at;
    while (before > 0 && isSpace(header.charAt(before - 1))) before--;
    return before == 0 || header.charAt(before - 1) == ',';
  }

  private static boolean ends(String header, int at) {
    int behind = at;
    while (behind < header.length() && isSpace(header.charAt(behind))) behind++;
    return behind == header.length() || header.charAt(behind) == ',';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
