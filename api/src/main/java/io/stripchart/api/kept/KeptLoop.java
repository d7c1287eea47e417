package io.stripchart.api.kept;

import io.stripchart.api.live.LiveDesk;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The context of all caches of an event loop.
 *
 * @param desk notifies of stored batches
 * @param whole whether this event loop has received every batch, as far as it is known
 * @param heard how many batches this process has received until now
 */
public record KeptLoop(
    Vertx vertx, LiveDesk desk, BooleanSupplier whole, LongSupplier heard, Clock clock) {}
