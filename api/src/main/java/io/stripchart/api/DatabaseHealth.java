package io.stripchart.api;

import io.vertx.core.Vertx;
import java.util.Optional;

/** Asks the database every few seconds whether it answers. */
final class DatabaseHealth {
  private static final long PERIOD_MILLIS = 5_000;

  private final Vertx vertx;
  private final ApiServer server;
  private final long timer;
  private volatile Optional<String> problem = Optional.of("the database has not answered yet");

  DatabaseHealth(Vertx vertx, ApiServer server) {
    this.vertx = vertx;
    this.server = server;
    this.timer = vertx.setPeriodic(0, PERIOD_MILLIS, look -> look());
  }

  private void look() {
    server
        .probe()
        .onComplete(
            answer ->
                problem =
                    answer.succeeded()
                        ? Optional.empty()
                        : Optional.of(answer.cause().getMessage()));
  }

  Optional<String> problem() {
    return problem;
  }

  void close() {
    vertx.cancelTimer(timer);
  }
}
