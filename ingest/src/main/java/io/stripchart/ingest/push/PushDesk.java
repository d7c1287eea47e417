package io.stripchart.ingest.push;

import io.stripchart.common.broker.BrokerException;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.ReadingPublisher;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.IngestMetrics.Source;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Locale;

/** Takes pushed readings, as many at a time as its limits allow. Belongs to one context. */
public final class PushDesk {
  private final DurablePublisher publisher;
  private final ReadingPublisher readings;
  private final ArrivalClock clock;
  private final AcceptableTimes times;
  private final PushLimits limits;
  private final IngestMetrics metrics;
  private boolean closed;
  private int requests;
  private long bytes;
  private int unconfirmed;

  /**
   * @param publisher holds more than the window of the limits
   * @param clock stamps readings that bring no time
   * @param times that readings may have
   */
  public PushDesk(
      DurablePublisher publisher,
      ArrivalClock clock,
      AcceptableTimes times,
      PushLimits limits,
      IngestMetrics metrics) {
    this.publisher = publisher;
    this.readings = new ReadingPublisher(publisher);
    this.clock = clock;
    this.times = times;
    this.limits = limits;
    this.metrics = metrics;
  }

  /** Refuses everything from now on. */
  public void close() {
    closed = true;
  }

  /**
   * @throws PushException if the request is refused without its body
   */
  void check() {
    if (closed)
      throw new PushException(PushProblem.STOPPING, "stopping; nothing of this request was queued");
    publisher.problem().ifPresent(PushDesk::refuse);
  }

  /**
   * Lets a request in whose body has come; {@link #leave} ends it. Bodies that are on their way do
   * not count, or slow clients could keep the others out.
   *
   * @param itsBytes that it holds
   * @throws PushException if too much is being worked on
   */
  void enter(long itsBytes) {
    check();
    if (requests >= PushLimits.MAX_REQUESTS) {
      throw new PushException(
          PushProblem.TOO_BUSY, PushLimits.MAX_REQUESTS + " requests are being worked on");
    }
    if (bytes + itsBytes > PushLimits.MAX_BYTES_IN_FLIGHT) throw tooManyBytes();
    requests++;
    bytes += itsBytes;
  }

  private static void refuse(String problem) {
    throw new PushException(
        PushProblem.BROKER_AWAY, problem + "; nothing of this request was queued");
  }

  void leave(long itsBytes) {
    requests--;
    bytes -= itsBytes;
  }

  /**
   * Reserves room for the decompressed body.
   *
   * @throws PushException if all requests together hold too much
   */
  void hold(int part) {
    if (bytes + part > PushLimits.MAX_BYTES_IN_FLIGHT) throw tooManyBytes();
    bytes += part;
  }

  private static PushException tooManyBytes() {
    return new PushException(
        PushProblem.TOO_BUSY, "requests of too many bytes are being worked on");
  }

  /**
   * Publishes all readings of a body.
   *
   * @return how many; fails with {@link PushException}, and then nothing was queued unless it says
   *     so
   */
  Future<Integer> take(PushForm form, byte[] body) {
    long stamped = clock.lastMicros();
    var pushed = PushedReadings.read(form, body, clock, times, Instant.now());
    if (clock.lastMicros() != stamped && !clock.isCovered()) {
      throw new PushException(
          PushProblem.BROKER_AWAY,
          "no times are reserved at the broker yet for readings that bring none; nothing of this"
              + " request was queued");
    }
    int count = pushed.size();
    if (unconfirmed + count > limits.window()) {
      throw new PushException(
          PushProblem.TOO_BUSY,
          String.format(
              Locale.ROOT,
              "%d readings are unconfirmed, and at most %d may be",
              unconfirmed,
              limits.window()));
    }
    metrics.received(Source.PUSH, count);
    metrics.published(Source.PUSH, count);
    unconfirmed += count;
    return readings
        .publish(pushed, limits.patience())
        .onComplete(done -> unconfirmed -= count)
        .onSuccess(done -> metrics.confirmed(Source.PUSH, count))
        .onFailure(failure -> metrics.refused(Source.PUSH, count))
        .map(count)
        .recover(failure -> Future.failedFuture(told(failure)));
  }

  private static PushException told(Throwable failure) {
    if (failure instanceof BrokerException broker
        && broker.fate() == BrokerException.Fate.NOT_SENT) {
      return new PushException(
          PushProblem.BROKER_AWAY,
          "the broker took nothing of this request: " + broker.getMessage());
    }
    return new PushException(
        PushProblem.UNCONFIRMED,
        "the broker did not confirm all readings, and may have queued some: "
            + failure.getMessage()
            + "; sending them again is safe where each gives its time");
  }
}
