package io.stripchart.api.stored;

/**
 * A series.
 *
 * @param unit null if it is not set, as is {@code description}
 */
public record SeriesRow(int id, String name, String unit, String description) {}
