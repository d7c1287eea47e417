package io.stripchart.persist;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** The turns of the context on which it is made. */
final class ContextTurns implements Gathering.Turns {
  private final Vertx vertx;
  private final Context context;

  ContextTurns(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  @Override
  public void later(Runnable task) {
    context.runOnContext(turn -> task.run());
  }

  @Override
  public void after(long millis, Runnable task) {
    vertx.setTimer(millis, due -> task.run());
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
