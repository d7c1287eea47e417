package io.stripchart.api.buckets;

import java.util.List;

/**
 * What a series has in the buckets of a window.
 *
 * @param buckets those with readings, in time order
 * @param before the last reading before the window; null where there is none, or nobody asked
 * @param after the first reading behind the window; null where there is none, or nobody asked
 */
public record Found(List<Filled> buckets, Point before, Point after) {
  public Found {
    buckets = List.copyOf(buckets);
  }
}
