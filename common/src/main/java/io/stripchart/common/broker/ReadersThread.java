package io.stripchart.common.broker;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs the client's callbacks where they come up: on the thread that reads their connection. To
 * wake another thread for a delivery costs more than to take it, and no callback of ours blocks.
 * Without an end of its own, so that a connection's last word is heard too.
 */
final class ReadersThread extends AbstractExecutorService {
  @Override
  public void execute(Runnable callback) {
    callback.run();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
