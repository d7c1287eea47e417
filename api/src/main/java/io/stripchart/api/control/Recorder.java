package io.stripchart.api.control;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.broker.BrokerException;
import io.stripchart.common.broker.BrokerSettings;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.ReadingPublisher;
import io.stripchart.common.broker.StampLease;
import io.stripchart.common.reading.AcceptableTimes;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Publishes readings that clients record by hand. For any context. */
public final class Recorder {
  private final Vertx vertx;
  private final HomeContext home;
  private final ReadingPublisher readings;
  private final Duration patience;
  private final Clock clock;
  private final AcceptableTimes times;
  private final ArrivalClock arrivals;
  private final Supplier<StampLease> lease;
  private volatile StampLease stamps;
  private volatile boolean closed;
  private final Promise<Void> granted = Promise.promise();

  /**
   * @param broker where times are reserved for readings that bring none
   * @param publisher of the current context
   * @param patience how long the broker's confirm is waited for
   * @param times that readings may have
   */
  public Recorder(
      Vertx vertx,
      BrokerSettings broker,
      DurablePublisher publisher,
      Duration patience,
      Clock clock,
      AcceptableTimes times) {
    this.home = new HomeContext(vertx);
    this.readings = new ReadingPublisher(publisher);
    this.patience = patience;
    this.clock = clock;
    this.times = times;
    this.arrivals = new ArrivalClock(clock);
    this.vertx = vertx;
    this.lease =
        () ->
            StampLease.open(broker, "stripchart api clock", clock, arrivals, granted::tryComplete);
  }

  /** Records nothing more. */
  public Future<Void> close() {
    closed = true;
    return vertx.executeBlocking(
        () -> {
          var opened = stamps;
          if (opened != null) opened.close();
          return null;
        });
  }

  /** Why it cannot record readings that bring no time, if one was asked for; any thread. */
  public Optional<String> problem() {
    return stamps == null ? Optional.empty() : arrivals.problem();
  }

  /**
   * @param time null for now
   * @return the reading, when the broker has confirmed it; fails with {@link ApiException}
   * @throws MalformedReadingException if it is not a valid reading
   */
  public Future<Reading> record(String series, double value, Instant time) {
    if (time != null && isOutside(time)) throw ApiException.badArgument("time", range());
    // Checked at once, whatever its stamp will be.
    var reading = new Reading(series, time == null ? clock.instant() : time, value);
    if (time != null) return record(List.of(reading)).map(reading);
    return home.call(this::stamp)
        .compose(
            stamp -> {
              var stamped = new Reading(series, stamp, value);
              return record(List.of(stamped)).map(stamped);
            });
  }

  /**
   * The first times are reserved when they are needed, as there are few shares of them. On the home
   * context.
   */
  private Future<Instant> stamp() {
    if (stamps == null && !closed) stamps = lease.get();
    if (granted.future().isComplete()) return stampNow();
    var late = vertx.timer(patience.toMillis(), TimeUnit.MILLISECONDS);
    return Future.any(granted.future(), late).compose(waited -> stampNow());
  }

  private Future<Instant> stampNow() {
    var stamp = arrivals.next();
    if (arrivals.isCovered()) return Future.succeededFuture(stamp);
    return Future.failedFuture(
        new ApiException(
            Code.BROKER_AWAY,
            "no times are reserved at the broker for readings that bring none: nothing is"
                + " recorded; give the time, or try again"));
  }

  /** Whether a time is outside of the window of acceptable ones. */
  public boolean isOutside(Instant time) {
    try {
      times.check("time", time, clock.instant());
      return false;
    } catch (MalformedReadingException e) {
      return true;
    }
  }

  /** The allowed times, in words that follow "must be". */
  public String range() {
    return times.range();
  }

  /**
   * @return once the broker has all of them; fails with {@link ApiException}
   */
  public Future<Void> record(List<Reading> all) {
    return home.call(() -> readings.publish(all, patience))
        .recover(cause -> Future.failedFuture(translate(cause)));
  }

  private Throwable translate(Throwable cause) {
    if (!(cause instanceof BrokerException refusal)) return cause;
    return switch (refusal.fate()) {
      case NOT_SENT ->
          new ApiException(
              Code.BROKER_AWAY, refusal.getMessage() + ": nothing is recorded; try again");
      case UNKNOWN ->
          new ApiException(
              Code.TIMEOUT,
              "the broker has not answered within "
                  + patience
                  + ": it may be recorded or not; recording it again with the same time is safe");
      // As a full queue does: nothing is wrong with the reading.
      case REFUSED ->
          new ApiException(
              Code.BROKER_AWAY, "the broker does not take it: nothing is recorded; try again");
    };
  }
}
