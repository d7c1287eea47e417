package io.stripchart.api.stored;

import java.time.Instant;

/**
 * Readings with {@code after ≤ time < before}.
 *
 * @param after null where it is open
 * @param before null where it is open
 */
public record Window(Instant after, Instant before) {}
