package io.stripchart.api.live;

import java.time.Instant;

/**
 * The mean of a window of readings.
 *
 * @param time of the newest one
 */
public record Average(double value, Instant time) {}
