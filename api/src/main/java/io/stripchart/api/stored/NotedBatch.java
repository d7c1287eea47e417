package io.stripchart.api.stored;

import io.stripchart.common.reading.TimeStretches;
import java.util.UUID;

/**
 * An entry of the log of batches.
 *
 * @param times ranges of its readings
 * @param readings number of readings
 * @param notedAt by the database's clock, in microseconds
 */
public record NotedBatch(
    UUID process,
    long sequence,
    long transaction,
    TimeStretches times,
    int readings,
    long notedAt) {}
