package io.stripchart.api.http;

import java.util.Locale;

/** The media types of answers, and which of them a client wants. */
public enum MediaType {
  /** Errors of the request also determine the status. */
  GRAPHQL_RESPONSE("application/graphql-response+json"),
  /** If the request was well-formed the status is 200 whatever comes of it. */
  JSON("application/json");

  private final String text;

  MediaType(String text) {
    this.text = text;
  }

  String contentType() {
    return text + "; charset=utf-8";
  }

  /**
   * Chooses by an Accept header. If both are equally acceptable, JSON is chosen, which clients of
   * any age read, unless the other one is named.
   *
   * @param accept null if there is none
   * @return null if neither is acceptable
   */
  static MediaType negotiate(String accept) {
    if (accept == null || accept.isBlank() || accept.equals("*/*")) return JSON;
    var ranges = Accept.of(accept);
    double graphql = ranges.quality(GRAPHQL_RESPONSE.text);
    double json = ranges.quality(JSON.text);
    if (graphql <= 0 && json <= 0) return null;
    if (graphql == json) return ranges.names(GRAPHQL_RESPONSE.text) ? GRAPHQL_RESPONSE : JSON;
    return graphql > json ? GRAPHQL_RESPONSE : JSON;
  }

  /** Whether a body of this Content-Type is JSON in UTF-8. */
  public static boolean isReadableJson(String contentType) {
    if (contentType == null) return false;
    if (contentType.equals(JSON.text)) return true;
    var words = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!words[0].strip().equals(JSON.text)) return false;
    for (int i = 1; i < words.length; i++) {
      var parameter = words[i].strip();
      if (parameter.startsWith("charset=") && !isUtf8(parameter.substring(8))) return false;
    }
    return true;
  }

  static boolean isUtf8(String charset) {
    var name = charset.replace("\"", "").strip();
    return name.equals("utf-8") || name.equals("utf8");
  }
}
