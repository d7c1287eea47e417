package io.stripchart.common;

import io.micrometer.core.instrument.MeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.operations.Health;

/**
 * What a role finds around it.
 *
 * @param host the address that its servers listen on
 */
public record Surroundings(
    BrokerSettings broker,
    DatabaseSettings database,
    MeterRegistry metrics,
    Health health,
    String host) {}
