package io.stripchart.api.buckets;

import java.time.Instant;

/** A value at a time. */
public record Point(Instant time, double value) {}
