package io.stripchart.api.kept;

import io.stripchart.api.live.LiveDesk;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What all that is kept on an event loop goes by.
 *
 * @param desk where it hears of what is stored
 * @param whole whether this event loop has heard of every batch, as far as it is known
 * @param heard how many batches this process has heard of until now
 */
public record KeptLoop(
    Vertx vertx, LiveDesk desk, BooleanSupplier whole, LongSupplier heard, Clock clock) {}
