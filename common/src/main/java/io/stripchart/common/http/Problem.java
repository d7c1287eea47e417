package io.stripchart.common.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Locale;

/**
 * Why a request was refused or failed (RFC 9457).
 *
 * @param detail what was wrong, and what is expected
 * @param parameter the invalid parameter of the URL; null if there is none
 * @param errors errors in the body; empty if there are none
 */
public record Problem(Kind kind, String detail, String parameter, List<Flaw> errors) {
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPES = "urn:stripchart:problem:";
  private static final JsonStringEncoder STRINGS = JsonStringEncoder.getInstance();

  public Problem {
    errors = List.copyOf(errors);
  }

  /** About none of the parameters, nor about the body. */
  public Problem(Kind kind, String detail) {
    this(kind, detail, null, List.of());
  }

  /** Problem types, which programs rely on; an enum of each server. */
  public interface Kind {
    /** {@code UNKNOWN_ROOM} is the type {@code urn:stripchart:problem:unknown-room}, and stays. */
    String name();

    int status();

    /** The same for all of a kind. */
    String title();
  }

  /**
   * An error in the body.
   *
   * @param index of the item in an array; 0 if the body is not an array
   * @param pointer to it, as of RFC 6901 in a fragment: {@code #/3/value}
   * @param detail what is expected
   */
  public record Flaw(int index, String pointer, String detail) {}

  public int status() {
    return kind.status();
  }

  /** Whether the same request may succeed later. */
  public boolean isPassing() {
    return status() == 429 || status() == 503 || status() == 504;
  }

  public String toJson() {
    var type = TYPES + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    var json = new StringBuilder("{\"type\":\"").append(type);
    text(json.append("\",\"title\":"), kind.title());
    text(json.append(",\"status\":").append(status()).append(",\"detail\":"), detail);
    if (parameter != null) text(json.append(",\"parameter\":"), parameter);
    if (!errors.isEmpty()) errors(json.append(",\"errors\":"));
    return json.append('}').toString();
  }

  private void errors(StringBuilder json) {
    char separator = '[';
    for (var error : errors) {
      json.append(separator).append("{\"index\":").append(error.index);
      text(json.append(",\"pointer\":"), error.pointer);
      text(json.append(",\"detail\":"), error.detail);
      json.append('}');
      separator = ',';
    }
    json.append(']');
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    STRINGS.quoteAsString(text, json);
    json.append('"');
  }
}
