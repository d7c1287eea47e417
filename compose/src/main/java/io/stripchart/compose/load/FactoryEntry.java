package io.stripchart.compose.load;

import java.time.Instant;

/**
 * A factory as it stands in the file. Its arrays belong together place by place, and none of it has
 * been compared yet.
 *
 * @param id given, or the position in the file
 * @param name given, or made of the id
 * @param time null if the file has no such array; so the others
 */
record FactoryEntry(
    int id, String name, Column<Instant> time, Column<Double> actual, Column<Double> goal) {}
