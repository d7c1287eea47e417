package io.stripchart.common;

import io.micrometer.core.instrument.MeterRegistry;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.operations.Health;
import io.stripchart.common.reading.AcceptableTimes;

/**
 * What a role finds around it.
 *
 * @param host the address that its servers listen on
 * @param times that readings may have, whichever way they come in
 * @param http how its servers answer
 */
public record Surroundings(
    BrokerSettings broker,
    DatabaseSettings database,
    MeterRegistry metrics,
    Health health,
    String host,
    AcceptableTimes times,
    HttpSettings http) {
  /** With servers that answer as they do by default. */
  public Surroundings(
      BrokerSettings broker,
      DatabaseSettings database,
      MeterRegistry metrics,
      Health health,
      String host,
      AcceptableTimes times) {
    this(
        broker,
        database,
        metrics,
        health,
        host,
        times,
        host == null ? null : HttpSettings.of(host));
  }

  /** With the default window of times. */
  public Surroundings(
      BrokerSettings broker,
      DatabaseSettings database,
      MeterRegistry metrics,
      Health health,
      String host) {
    this(broker, database, metrics, health, host, AcceptableTimes.DEFAULT);
  }
}
