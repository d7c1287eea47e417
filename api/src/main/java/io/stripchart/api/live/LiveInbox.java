package io.stripchart.api.live;

import io.stripchart.api.stream.StoredStream;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Connects the stream to the desk of one event loop: it only holds the loop's position, so it costs
 * no memory however far the loop is behind. A batch that is delivered late may no longer be in
 * memory; then it is delivered as a batch to be read.
 */
final class LiveInbox implements StoredStream.Follower {
  /** Subscribers further behind catch up in several turns. */
  private static final int MAX_AT_ONCE = 100;

  private final Context context;
  private final StoredStream stream;
  private final LiveDesk desk;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private boolean delivering;

  /** On the event loop of the desk; it follows from now on. */
  LiveInbox(Context context, StoredStream stream, LiveDesk desk) {
    this.context = context;
    this.stream = stream;
    this.desk = desk;
    desk.goTo(stream.next());
  }

  @Override
  public void appended() {
    if (scheduled.compareAndSet(false, true)) context.runOnContext(turn -> deliver());
  }

  /** One batch a turn, so that its consequences are handled in between. */
  private void deliver() {
    scheduled.set(false);
    try {
      deliverNext();
    } finally {
      if (desk.position() < stream.next()) appended();
    }
  }

  /**
   * Delivers what the stream has at once instead of in the next turn, unless that is too much, or
   * the call comes from a listener that is being notified.
   *
   * @return whether everything in the stream is delivered
   */
  boolean catchUp() {
    for (int i = 0; i < MAX_AT_ONCE && !delivering && desk.position() < stream.next(); i++) {
      deliverNext();
    }
    return !delivering && desk.position() >= stream.next();
  }

  private void deliverNext() {
    delivering = true;
    try {
      long first = stream.first();
      if (desk.position() < first) {
        desk.goTo(first);
        desk.gap();
      }
      var batch = stream.at(desk.position());
      if (batch != null) desk.deliver(batch);
    } finally {
      delivering = false;
    }
  }
}
