package io.stripchart.api.turns;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The requesters that wait for the answer to one question. Its statements wait in the turns of all
 * of them and run in the turn that comes first, so that nobody waits in the turn of the client that
 * asked the same question before. For any thread.
 */
public final class Waiters {
  static final ContextLocal<Waiters> CURRENT = ContextLocal.registerLocal(Waiters.class);

  private final Set<Requester> requesters = new LinkedHashSet<>();
  private final List<Consumer<Requester>> statements = new ArrayList<>();

  /**
   * Those that the current context works for; the requester alone where nobody shares its answer.
   */
  public static Waiters current() {
    var context = ContextInternal.current();
    var shared = context == null ? null : context.getLocal(CURRENT);
    if (shared != null) return shared;
    var alone = new Waiters();
    alone.requesters.add(Requester.current());
    return alone;
  }

  /**
   * Asks the question in a context of its own, for all that join; for the current requester if
   * nobody has joined before.
   *
   * @return its answer, which {@link #join} brings to the contexts of the requesters
   */
  public <T> Future<T> ask(Supplier<Future<T>> question) {
    synchronized (this) {
      if (requesters.isEmpty()) requesters.add(Requester.current());
    }
    var context = ContextInternal.current();
    if (context == null) return answer(question);
    var own = context.duplicate();
    own.putLocal(CURRENT, this);
    var before = own.beginDispatch();
    try {
      return answer(question);
    } finally {
      own.endDispatch(before);
    }
  }

  private static <T> Future<T> answer(Supplier<Future<T>> question) {
    return Future.<Void>succeededFuture().compose(begin -> question.get());
  }

  /**
   * The current requester waits for the answer, too.
   *
   * @return completes in its context
   */
  public <T> Future<T> join(Future<T> answer) {
    if (answer.isComplete()) return answer;
    add(Requester.current());
    var context = ContextInternal.current();
    if (context == null) return answer;
    var here = Promise.<T>promise();
    answer.onComplete(done -> context.emit(done, here::handle));
    return here.future();
  }

  private void add(Requester requester) {
    List<Consumer<Requester>> told;
    synchronized (this) {
      told = requesters.add(requester) ? List.copyOf(statements) : List.of();
    }
    told.forEach(statement -> statement.accept(requester));
  }

  /**
   * A statement is about to wait for its turn; {@link #leave} follows when it is answered.
   *
   * @param joined told of each requester that comes later
   * @return the requesters that are there
   */
  public synchronized List<Requester> follow(Consumer<Requester> joined) {
    statements.add(joined);
    return List.copyOf(requesters);
  }

  /** The statement is answered. */
  public synchronized void leave(Consumer<Requester> joined) {
    statements.remove(joined);
  }
}
