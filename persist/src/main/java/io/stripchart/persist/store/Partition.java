package io.stripchart.persist.store;

import java.time.Instant;

/**
 * A partition of {@code reading}.
 *
 * @param table its name, quoted for SQL
 * @param from start of its range; the year 1 if it is unbounded
 * @param to end of its range; the year 20000 if it is unbounded
 * @param isDefault whether it is the default partition; its range is then all of time
 */
public record Partition(String table, Instant from, Instant to, boolean isDefault) {}
