package io.stripchart.api.stored;

import io.stripchart.common.reading.TimeStretches;
import java.util.UUID;

/**
 * What a transaction noted of itself.
 *
 * @param times where its readings lie
 * @param readings how many
 * @param notedAt by the database's clock, in microseconds
 */
public record NotedBatch(
    UUID process,
    long sequence,
    long transaction,
    TimeStretches times,
    int readings,
    long notedAt) {}
