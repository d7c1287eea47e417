package io.stripchart.api.stored;

/**
 * A series as it is stored.
 *
 * @param unit null if it is not known, as is {@code description}
 */
public record SeriesRow(int id, String name, String unit, String description) {}
