package io.stripchart.api.buckets;

import java.util.List;

/**
 * The readings of a series in the buckets of a range.
 *
 * @param buckets those with readings, in time order
 * @param before the last reading before the range; null if there is none, or not requested
 * @param after the first reading after the range; null if there is none, or not requested
 */
public record Found(List<Filled> buckets, Point before, Point after) {
  public Found {
    buckets = List.copyOf(buckets);
  }

  /** The same as columns of a chart. */
  public List<Column> columns() {
    return buckets.stream()
        .map(one -> new Column(one.min(), one.max(), one.first(), one.last()))
        .toList();
  }
}
