package io.stripchart.api.stored;

import java.time.Instant;
import java.util.UUID;

/**
 * What a transaction noted of itself.
 *
 * @param first the least time of its readings
 * @param last the greatest one
 * @param readings how many
 */
public record NotedBatch(
    UUID process, long sequence, long transaction, Instant first, Instant last, int readings) {}
