package io.stripchart.common.reading;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Bodies compressed with gzip, and the names of their content encoding. */
public final class GzipBody {
  private static final Set<String> NAMES = Set.of("gzip", "x-gzip");

  private GzipBody() {}

  /** Whether a content encoding is gzip. */
  public static boolean isGzip(String encoding) {
    return NAMES.contains(encoding.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * Whether an HTTP body is compressed.
   *
   * @param contentEncoding each header of that name
   * @throws MalformedReadingException if it is encoded otherwise
   */
  public static boolean isGzip(List<String> contentEncoding) {
    var encodings =
        Arrays.stream(String.join(",", contentEncoding).split(","))
            .map(String::strip)
            .filter(encoding -> !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity"))
            .toList();
    if (encodings.isEmpty()) return false;
    if (encodings.size() == 1 && isGzip(encodings.get(0))) return true;
    throw new MalformedReadingException(
        "Content-Encoding: must be gzip or left out, is "
            + JsonItems.shortened(String.join(", ", encodings)));
  }

  /**
   * Decompresses a body, of which no more is held than the limit, whatever it expands to.
   *
   * @return empty if it is larger than {@code maxBytes}
   * @throws MalformedReadingException if it is not gzip
   */
  public static Optional<byte[]> inflate(byte[] body, int maxBytes) {
    try (var stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
      var inflated = stream.readNBytes(maxBytes + 1);
      return inflated.length > maxBytes ? Optional.empty() : Optional.of(inflated);
    } catch (EOFException e) {
      throw new MalformedReadingException("body: is not gzip to its end: it ends too early");
    } catch (IOException e) {
      throw new MalformedReadingException("body: is not gzip, as its content encoding says");
    }
  }
}
