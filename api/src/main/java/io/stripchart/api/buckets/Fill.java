package io.stripchart.api.buckets;

import java.util.ArrayList;
import java.util.List;

/** Treatment of buckets without readings. */
public enum Fill {
  /** They are left out. */
  NONE,
  /** They have no values. */
  NULL,
  /** The value of the last reading before them. */
  PREVIOUS,
  /**
   * The value in their middle of the straight line from the last reading before them to the first
   * one after them.
   */
  LINEAR;

  /** Whether the readings around the window are needed. */
  public boolean looksAround() {
    return this == PREVIOUS || this == LINEAR;
  }

  /** All returned buckets, in time order. */
  public List<Bucket> apply(BucketGrid grid, Found found) {
    var buckets = new ArrayList<Bucket>();
    var previous = found.before();
    int next = 0;
    for (var filled : found.buckets()) {
      gap(buckets, grid, next, filled.index(), previous, filled.first());
      buckets.add(Bucket.of(grid.starts().get(filled.index()), filled));
      previous = filled.last();
      next = filled.index() + 1;
    }
    gap(buckets, grid, next, grid.size(), previous, found.after());
    return buckets;
  }

  private void gap(
      List<Bucket> buckets, BucketGrid grid, int from, int to, Point previous, Point following) {
    if (this == NONE) return;
    for (int index = from; index < to; index++) {
      var value = value(grid.middle(index), previous, following);
      buckets.add(Bucket.empty(grid.starts().get(index), value));
    }
  }

  private Double value(double moment, Point previous, Point following) {
    if (!looksAround() || previous == null) return null;
    if (this == PREVIOUS) return previous.value();
    if (following == null) return null;
    double begin = BucketGrid.seconds(previous.time());
    double share = (moment - begin) / (BucketGrid.seconds(following.time()) - begin);
    // Not previous + share × difference, which overflows between very large values.
    double value = previous.value() * (1 - share) + following.value() * share;
    double least = Math.min(previous.value(), following.value());
    return Math.max(least, Math.min(Math.max(previous.value(), following.value()), value));
  }
}
