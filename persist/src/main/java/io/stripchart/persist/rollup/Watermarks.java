package io.stripchart.persist.rollup;

import java.time.Instant;

/**
 * How far rollups have come; whole hours.
 *
 * @param closedUntil hours before it are closed
 * @param rolledUntil hours before it have rollups
 * @param closable hours before it are over, by the database's clock, so that they may be closed
 */
record Watermarks(Instant closedUntil, Instant rolledUntil, Instant closable) {}
