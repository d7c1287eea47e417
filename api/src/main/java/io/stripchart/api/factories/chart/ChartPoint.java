package io.stripchart.api.factories.chart;

import java.time.Instant;

/**
 * Actual and planned production at a time.
 *
 * @param actual null if there is no such reading; not both are null
 * @param goal likewise
 */
public record ChartPoint(Instant time, Double actual, Double goal) {}
