package io.stripchart.persist.rollup;

import java.time.Instant;

/**
 * How far rollups have come; whole minutes.
 *
 * @param closedUntil what is before it is closed
 * @param rolledUntil what is before it is rolled up
 * @param closable minutes before it are over, by the database's clock, so that they may be closed
 */
record Watermarks(Instant closedUntil, Instant rolledUntil, Instant closable) {}
