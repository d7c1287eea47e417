package io.stripchart.api.buckets;

import java.time.Instant;

/**
 * Aggregate of the readings of a bucket.
 *
 * @param start aligned, so that the first one may begin before the requested range
 * @param count 0 if it has no reading; the values are then null, or the fill values
 */
public record Bucket(
    Instant start, long count, Double min, Double max, Double mean, Double first, Double last) {
  static Bucket of(Instant start, Filled filled) {
    return new Bucket(
        start,
        filled.count(),
        filled.min(),
        filled.max(),
        filled.mean(),
        filled.first().value(),
        filled.last().value());
  }

  /** Without readings, and with one value for all; or with none, if it is null. */
  static Bucket empty(Instant start, Double value) {
    return new Bucket(start, 0, value, value, value, value, value);
  }
}
