package io.stripchart.api.turns;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.Objects;

/**
 * The connection for which a statement runs. Vert.x gives each HTTP request and each websocket a
 * context of its own; the requester is stored there at its begin, and every callback, timer and
 * future of that context sees it. So the methods in between need no parameter for it.
 *
 * @param address identity of the client's address
 * @param connection compared by its {@code equals}, which is identity for Vert.x's connections
 */
public record Requester(Object address, Object connection) {
  /** The process itself, for work without a single requesting connection. */
  public static final Requester INTERNAL = new Requester("", "internal");

  private static final ContextLocal<Requester> CURRENT =
      ContextLocal.registerLocal(Requester.class);

  /** Loaded by Vert.x, as locals must be registered before the first instance is made. */
  public static final class Registration implements VertxServiceProvider {
    @Override
    public void init(VertxBootstrap builder) {
      Objects.requireNonNull(CURRENT);
      Objects.requireNonNull(Waiters.CURRENT);
    }
  }

  /** Stores it in the current context, which must be that of one request or one websocket. */
  public void bind() {
    Vertx.currentContext().putLocal(CURRENT, this);
  }

  /** The requester of the current context; {@link #INTERNAL} if there is none. */
  public static Requester current() {
    var context = Vertx.currentContext();
    var bound = context == null ? null : context.getLocal(CURRENT);
    return bound == null ? INTERNAL : bound;
  }
}
