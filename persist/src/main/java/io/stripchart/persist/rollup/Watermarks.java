package io.stripchart.persist.rollup;

import java.time.Instant;

/**
 * Progress of rollups, in whole minutes.
 *
 * @param closedUntil times before it are closed
 * @param rolledUntil times before it are rolled up
 * @param closable minutes before it are over by the database's clock, and may be closed
 */
record Watermarks(Instant closedUntil, Instant rolledUntil, Instant closable) {}
