package io.stripchart.ingest.feed;

import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.ingest.IngestMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The room that all feeds share for unconfirmed readings: while the broker is available, a feed may
 * have {@value #WINDOW}; otherwise all together as many as the buffer holds. A feed without room is
 * paused until there is some. Belongs to one context.
 */
public final class Intake {
  /** Unconfirmed readings of one feed at most, while the broker is there. */
  public static final int WINDOW = 4_000;

  private final DurablePublisher publisher;
  private final int buffer;
  private final ArrivalClock clock;
  private final AcceptableTimes times;
  private final IngestMetrics metrics;
  private final List<FeedIntake> feeds = new ArrayList<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger paused = new AtomicInteger();
  private int unsettled;
  private long lost;
  private boolean closed;

  /**
   * @param publisher holds more than {@code buffer} messages
   * @param buffer readings of all feeds at most
   * @param clock stamps readings that bring no time
   * @param times that readings may have
   */
  public Intake(
      DurablePublisher publisher,
      int buffer,
      ArrivalClock clock,
      AcceptableTimes times,
      IngestMetrics metrics) {
    this.publisher = publisher;
    this.buffer = buffer;
    this.clock = clock;
    this.times = times;
    this.metrics = metrics;
    publisher.onChange(this::lookAgain);
    metrics.show(
        "stripchart.feeds.unconfirmed", "Readings of feeds that wait for a confirm", taken::get);
    metrics.show("stripchart.feeds.paused", "Feeds paused because there is no room", paused::get);
  }

  FeedIntake open(String series, FeedIntake.Tap tap) {
    var intake = new FeedIntake(series, this, tap, publisher, metrics);
    feeds.add(intake);
    return intake;
  }

  ArrivalClock clock() {
    return clock;
  }

  AcceptableTimes times() {
    return times;
  }

  boolean hasRoom(int unconfirmed) {
    return taken.get() < buffer && (unconfirmed < WINDOW || !publisher.isConnected());
  }

  void take(int weight) {
    if (taken.addAndGet(weight) >= buffer) lookAgain();
  }

  void release(int weight) {
    boolean wasFull = taken.getAndAdd(-weight) >= buffer;
    if (wasFull && taken.get() < buffer) lookAgain();
  }

  private void lookAgain() {
    feeds.forEach(FeedIntake::look);
  }

  void paused(boolean isNow) {
    paused.addAndGet(isNow ? 1 : -1);
    if (isNow) metrics.pause();
  }

  /** A reading was given to the publisher. */
  void begin() {
    unsettled++;
  }

  /** The publisher gave up a reading. */
  void settle() {
    unsettled--;
  }

  void lose() {
    lost++;
    metrics.lost();
  }

  /** From now on the publisher closes, and gives readings up. */
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Readings that were given up, and readings whose outcome is still open. */
  public long lost() {
    return lost + unsettled;
  }
}
