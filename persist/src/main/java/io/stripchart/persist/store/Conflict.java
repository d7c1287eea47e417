package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;

/**
 * A second value for a time of a series, which is not stored.
 *
 * @param refused the reading that came second
 * @param stays the value that came first
 */
public record Conflict(Reading refused, double stays) {}
