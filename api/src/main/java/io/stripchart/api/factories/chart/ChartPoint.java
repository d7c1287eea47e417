package io.stripchart.api.factories.chart;

import java.time.Instant;

/**
 * What was produced at a time, and what was to be.
 *
 * @param actual null where there is no such reading; and not both are null
 * @param goal likewise
 */
public record ChartPoint(Instant time, Double actual, Double goal) {}
