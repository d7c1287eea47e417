package io.stripchart.api.rest;

import io.stripchart.api.http.Accept;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Format of a response. Only CSV has a charset; JSON is UTF-8. */
public enum Format {
  JSON("application/json", ""),
  CSV("text/csv", "; charset=utf-8; header=present"),
  NDJSON("application/x-ndjson", ""),

  /** Of gauges alone. */
  PROMETHEUS("text/plain", "; version=0.0.4; charset=utf-8");

  public static final List<Format> ALL = List.of(JSON, CSV, NDJSON);
  public static final List<Format> JSON_ALONE = List.of(JSON);

  private final String mediaType;
  private final String parameters;

  Format(String mediaType, String parameters) {
    this.mediaType = mediaType;
    this.parameters = parameters;
  }

  String contentType() {
    return mediaType + parameters;
  }

  /**
   * Chooses by the parameter {@code format}, or else by the Accept header. Of formats of equal
   * quality, one that the header names goes first, then the first that is offered.
   *
   * @param name null if it is not given
   * @param accept null if there is none
   * @throws ProblemException if it is not offered
   */
  static Format of(String name, String accept, List<Format> offered) {
    if (name == null) return negotiated(Accept.of(accept), offered);
    return offered.stream()
        .filter(format -> format.shown().equals(name))
        .findFirst()
        .orElseThrow(() -> Parameters.bad("format", "must be " + shown(offered) + ", is", name));
  }

  private static Format negotiated(Accept accept, List<Format> offered) {
    Format best = null;
    for (var format : offered) {
      if (accept.quality(format.mediaType) <= 0) continue;
      if (best == null || isBetter(accept, format, best)) best = format;
    }
    if (best != null) return best;
    throw new ProblemException(
        ProblemKind.NOT_ACCEPTABLE,
        null,
        "Accept: not acceptable; offered types are "
            + offered.stream().map(format -> format.mediaType).collect(Collectors.joining(", "))
            + ", in UTF-8");
  }

  private static boolean isBetter(Accept accept, Format one, Format other) {
    double difference = accept.quality(one.mediaType) - accept.quality(other.mediaType);
    if (difference != 0) return difference > 0;
    return accept.names(one.mediaType) && !accept.names(other.mediaType);
  }

  private String shown() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String shown(List<Format> formats) {
    return formats.stream().map(Format::shown).collect(Collectors.joining(" or "));
  }

  /** Whether any number of rows can be written as it. */
  public boolean isStreamed() {
    return this == CSV || this == NDJSON;
  }
}
