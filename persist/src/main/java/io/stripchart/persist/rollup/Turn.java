package io.stripchart.persist.rollup;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.function.Function;

/**
 * Transactions of which only one runs at a time, whichever process it is in. The lock goes with the
 * transaction, so that nobody who dies or is cut off keeps it.
 */
final class Turn {
  private final Pool pool;
  private volatile boolean ended;

  Turn(Pool pool) {
    this.pool = pool;
  }

  /**
   * @param step runs in a transaction, which is committed when it succeeds; tells what it did, or
   *     nothing where there was nothing to do
   * @return what was done and committed; nothing also where it is somebody else's turn, or none is
   *     wanted any more
   */
  <T> Future<Optional<T>> take(Function<SqlConnection, Future<Optional<T>>> step) {
    if (ended) return Future.succeededFuture(Optional.empty());
    return pool.withTransaction(
        connection ->
            RollupStore.tryLock(connection)
                .compose(
                    locked ->
                        locked
                            ? step.apply(connection)
                            : Future.succeededFuture(Optional.empty())));
  }

  /** No further step begins. */
  void end() {
    ended = true;
  }
}
