package io.stripchart.persist.store;

import java.time.Instant;

/**
 * A partition of {@code reading}.
 *
 * @param table its name as SQL takes it
 * @param from of its times; the year 1 where it has no beginning
 * @param to after its times; the year 20000 where it has no end
 * @param isDefault whether it takes what no other one does; its range is then all of time
 */
public record Partition(String table, Instant from, Instant to, boolean isDefault) {}
