package io.stripchart.persist;

import io.micrometer.core.instrument.Timer;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.PersistMetrics.Cause;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.SeriesLimitException;
import io.stripchart.persist.store.Stored;
import io.stripchart.persist.store.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings each message of a batch to where it belongs: into the database, or aside. */
final class Storing {
  private static final Logger log = LoggerFactory.getLogger(Storing.class);

  private final BiFunction<BatchNumber, List<Reading>, Future<Stored>> store;
  private final Burial burial;
  private final Announcer announcer;
  private final Insistence insistence;
  private final Ledger ledger;

  /**
   * @param store as {@link io.stripchart.persist.store.ReadingStore#store}
   */
  Storing(
      BiFunction<BatchNumber, List<Reading>, Future<Stored>> store,
      Burial burial,
      Announcer announcer,
      Insistence insistence,
      Ledger ledger) {
    this.store = store;
    this.burial = burial;
    this.announcer = announcer;
    this.insistence = insistence;
    this.ledger = ledger;
  }

  /**
   * @return completes when each of the messages is stored or put aside, so that it can be
   *     acknowledged; fails only when nobody insists any more
   */
  Future<Void> settle(List<Received> batch) {
    var sound = new ArrayList<Received>(batch.size());
    var buried = new ArrayList<Future<Void>>();
    for (var message : batch) {
      if (message.isMalformed()) {
        buried.add(burial.take(message, Cause.MALFORMED, message.problem()));
      } else {
        sound.add(message);
      }
    }
    return storeMessages(sound).compose(stored -> Future.join(buried)).mapEmpty();
  }

  private Future<Void> storeMessages(List<Received> messages) {
    var readings = readings(messages);
    if (readings.isEmpty()) return Future.succeededFuture();
    return insist(readings, anyAgain(messages))
        .recover(failure -> divide(messages, readings, failure));
  }

  private static boolean anyAgain(List<Received> messages) {
    return messages.stream().anyMatch(message -> message.delivery().redelivered());
  }

  private static List<Reading> readings(List<Received> messages) {
    if (messages.size() == 1) return messages.get(0).readings();
    var readings = new ArrayList<Reading>(messages.size());
    for (var message : messages) readings.addAll(message.readings());
    return readings;
  }

  /** In one transaction, again and again while the database is away. */
  private Future<Void> insist(List<Reading> readings, boolean again) {
    return insistence
        .on(() -> transaction(readings, again), failure -> passes(failure, readings.size()))
        .mapEmpty();
  }

  private Future<Stored> transaction(List<Reading> readings, boolean again) {
    var began = Timer.start();
    // What throws is its failure too.
    return Future.succeededFuture(announcer.next())
        .compose(number -> store.apply(number, readings))
        .onSuccess(
            stored -> {
              guarded(() -> ledger.committed(readings.size(), stored, began));
              announce(stored, again);
            })
        // It may have been committed before the connection was lost.
        .onFailure(failure -> guarded(announcer::uncertain));
  }

  /**
   * @param again whether a message was delivered before: whoever stored it then may have died
   *     before it was announced
   */
  private void announce(Stored stored, boolean again) {
    guarded(() -> announcer.stored(stored, again && stored.duplicates() > 0));
  }

  private boolean passes(Throwable failure, int readings) {
    if (Verdict.of(failure, readings) != Verdict.TRANSIENT) return false;
    guarded(() -> ledger.failed(failure));
    return true;
  }

  /** Of what only tells of a transaction; its failure must not be taken for the transaction's. */
  private static void guarded(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error e) {
      log.error("event=transaction_not_told", e);
    }
  }

  private Future<Void> divide(List<Received> messages, List<Reading> readings, Throwable failure) {
    var verdict = Verdict.of(failure, readings.size());
    // Nobody insists any more.
    if (verdict == Verdict.TRANSIENT) return Future.failedFuture(failure);
    if (failure instanceof SeriesLimitException limit && messages.size() > 1) {
      return withoutNewSeries(messages, limit);
    }
    log.debug("event=batch_divided messages={} verdict={}", messages.size(), verdict, failure);
    if (messages.size() > 1) {
      int half = messages.size() / 2;
      return storeMessages(messages.subList(0, half))
          .compose(stored -> storeMessages(messages.subList(half, messages.size())));
    }
    var message = messages.get(0);
    if (verdict == Verdict.REFUSED) guarded(ledger::refused);
    return switch (verdict) {
      case TOO_MUCH -> inSmallerParts(message, readings, failure);
      case BUG -> {
        log.error(
            "event=cannot_store routing_key=\"{}\"",
            OneLine.of(message.delivery().routingKey()),
            failure);
        yield burial.take(message, Cause.BUG, "internal error: " + failure);
      }
      default -> burial.take(message, causeOf(failure), failure.getMessage());
    };
  }

  private static Cause causeOf(Throwable failure) {
    return failure instanceof SeriesLimitException ? Cause.SERIES_LIMIT : Cause.REFUSED;
  }

  /** At once, as dividing would take a transaction for each of what may be very many. */
  private Future<Void> withoutNewSeries(List<Received> messages, SeriesLimitException limit) {
    var stored = new ArrayList<Received>(messages.size());
    var buried = new ArrayList<Future<Void>>();
    guarded(ledger::refused);
    for (var message : messages) {
      if (message.readings().stream().anyMatch(reading -> limit.refuses(reading.series()))) {
        buried.add(burial.take(message, Cause.SERIES_LIMIT, limit.getMessage()));
      } else {
        stored.add(message);
      }
    }
    return storeMessages(stored).compose(done -> Future.join(buried)).mapEmpty();
  }

  /** A single message that the database cannot store at once, like one of very many weeks. */
  private Future<Void> inSmallerParts(Received message, List<Reading> readings, Throwable failure) {
    if (readings.size() == 1) return burial.take(message, Cause.REFUSED, failure.getMessage());
    int half = readings.size() / 2;
    return storePart(message, readings.subList(0, half))
        .compose(stored -> storePart(message, readings.subList(half, readings.size())));
  }

  private Future<Void> storePart(Received message, List<Reading> readings) {
    return insist(readings, anyAgain(List.of(message)))
        .recover(failure -> divide(List.of(message), readings, failure));
  }
}
