package io.stripchart.api.buckets;

/**
 * The figures that draw a column of a chart, if it has readings.
 *
 * @param min of its values, as {@code max}
 */
public record Column(double min, double max, Point first, Point last) {}
