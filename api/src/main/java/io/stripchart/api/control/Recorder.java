package io.stripchart.api.control;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.broker.BrokerException;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.ReadingPublisher;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Publishes readings that clients record by hand. For any context. */
public final class Recorder {
  private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private final HomeContext home;
  private final ReadingPublisher readings;
  private final Duration patience;
  private final Clock clock;
  private final ArrivalClock arrivals;

  /**
   * @param publisher of the current context
   * @param patience how long the broker's confirm is waited for
   */
  public Recorder(Vertx vertx, DurablePublisher publisher, Duration patience, Clock clock) {
    this.home = new HomeContext(vertx);
    this.readings = new ReadingPublisher(publisher);
    this.patience = patience;
    this.clock = clock;
    this.arrivals = new ArrivalClock(clock);
  }

  /**
   * @param time null for now
   * @return the reading, once the broker has it; fails with {@link ApiException}
   * @throws io.stripchart.common.reading.MalformedReadingException where it is no reading
   */
  public Future<Reading> record(String series, double value, Instant time) {
    if (time != null && time.isAfter(clock.instant().plus(MAX_AHEAD))) {
      throw ApiException.badArgument("time", "at most 5 minutes ahead of now");
    }
    var reading = new Reading(series, time == null ? arrivals.next() : time, value);
    return home.call(() -> readings.publish(List.of(reading), patience))
        .map(reading)
        .recover(cause -> Future.failedFuture(translate(cause)));
  }

  private Throwable translate(Throwable cause) {
    if (!(cause instanceof BrokerException refusal)) return cause;
    return switch (refusal.fate()) {
      case NOT_SENT ->
          new ApiException(
              Code.BROKER_AWAY, "the broker is away: the reading is not recorded; try again");
      case UNKNOWN ->
          new ApiException(
              Code.TIMEOUT,
              "the broker has not answered within "
                  + patience
                  + ": the reading may be recorded or not; recording it again with the same time"
                  + " is safe");
      case REFUSED -> new ApiException(Code.REFUSED, "the broker does not take this reading");
    };
  }
}
