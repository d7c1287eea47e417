package io.stripchart.api.live;

import java.time.Instant;

/**
 * The mean of the readings with from &lt; time ≤ to.
 *
 * @param value null where there is no reading
 */
public record RollingAverage(Double value, long count, Instant from, Instant to) {}
