package io.stripchart.api.buckets;

/**
 * A bucket that has readings.
 *
 * @param index which one, from 0
 * @param count at least 1
 * @param first the reading of the least time
 * @param last the reading of the greatest time
 */
public record Filled(
    int index, long count, double min, double max, double mean, Point first, Point last) {}
