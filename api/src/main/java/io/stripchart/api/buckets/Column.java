package io.stripchart.api.buckets;

/**
 * What draws a column of a chart, where it has readings.
 *
 * @param min of its values, as {@code max}
 */
public record Column(double min, double max, Point first, Point last) {}
