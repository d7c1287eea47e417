package io.stripchart.persist;

import io.micrometer.core.instrument.Timer;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.PersistMetrics.Cause;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.MissingPartitionException;
import io.stripchart.persist.store.SeriesLimitException;
import io.stripchart.persist.store.Stored;
import io.stripchart.persist.store.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings each message of a batch to where it belongs: into the database, or aside. */
final class Storing {
  private static final Logger log = LoggerFactory.getLogger(Storing.class);
  private static final long WEEK_SECONDS = 604_800;

  /** Of messages that are tried by themselves, to find out which of them are sound. */
  private static final int MAX_GROUPS = 16;

  private final BiFunction<BatchNumber, List<Reading>, Future<Stored>> store;
  private final Burial burial;
  private final Announcer announcer;
  private final Insistence insistence;
  private final Ledger ledger;
  private final SetAside aside;
  private final LogLimit complaints = new LogLimit();
  private boolean givenUp;

  /** A failure other than an outage lasts longer than this. */
  private static final class StuckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private StuckException(Throwable failure) {
      super(failure.getMessage(), failure, false, false);
    }
  }

  Storing(
      BiFunction<BatchNumber, List<Reading>, Future<Stored>> store,
      Burial burial,
      Announcer announcer,
      Insistence insistence,
      Ledger ledger) {
    this(store, burial, announcer, insistence, ledger, SetAside.none());
  }

  /**
   * @param store as {@link io.stripchart.persist.store.ReadingStore#store}
   * @param aside takes messages that cannot be stored yet, so that others can
   */
  Storing(
      BiFunction<BatchNumber, List<Reading>, Future<Stored>> store,
      Burial burial,
      Announcer announcer,
      Insistence insistence,
      Ledger ledger,
      SetAside aside) {
    this.aside = aside;
    this.store = store;
    this.burial = burial;
    this.announcer = announcer;
    this.insistence = insistence;
    this.ledger = ledger;
  }

  /**
   * Gives up the current batch, whose messages will be delivered again: it does not continue, and
   * does not report its outcome. Nothing can be settled afterwards.
   */
  void giveUp() {
    givenUp = true;
    // It may still be committed.
    guarded(announcer::uncertain);
  }

  /**
   * @return completes when each of the messages is stored, dead-lettered or set aside; those that
   *     are not set aside can be acknowledged then. Fails only after shutdown
   */
  Future<Void> settle(List<Received> batch) {
    var sound = new ArrayList<Received>(batch.size());
    var buried = new ArrayList<Future<Void>>();
    for (var message : batch) {
      if (message.isMalformed()) {
        buried.add(burial.take(message, Cause.MALFORMED, message.problem()));
      } else if (!message.readings().isEmpty()) {
        // An empty array is sound too, and there is nothing to store of it.
        sound.add(message);
      }
    }
    return storeMessages(sound).compose(stored -> Future.join(buried)).mapEmpty();
  }

  private Future<Void> storeMessages(List<Received> messages) {
    var readings = readings(messages);
    if (readings.isEmpty()) return Future.succeededFuture();
    return insist(messages, readings, anyAgain(messages))
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

  /**
   * In one transaction, again and again while the database is away. If it answers, but fails over
   * these readings for long, they are not insisted on if there is room for them aside.
   */
  private Future<Void> insist(List<Received> messages, List<Reading> readings, boolean again) {
    long began = aside.now();
    // Only to find out whether it still fails.
    long patience = aside.isTried(messages.get(0)) ? 0 : SetAside.PATIENCE.toNanos();
    return insistence
        .on(
            () -> transaction(readings, again),
            failure ->
                passes(messages, failure, readings.size())
                    && !isStuck(messages, failure, aside.now() - began >= patience))
        .recover(
            failure ->
                Future.failedFuture(
                    isStuck(messages, failure, true) ? new StuckException(failure) : failure))
        .mapEmpty();
  }

  private boolean isStuck(List<Received> messages, Throwable failure, boolean isLate) {
    return isLate
        && !givenUp
        && !(failure instanceof MissingPartitionException)
        && Verdict.of(failure) == Verdict.TRANSIENT
        && !Verdict.isOutage(failure)
        && aside.hasRoomFor(messages);
  }

  private Future<Stored> transaction(List<Reading> readings, boolean again) {
    if (givenUp) return Future.failedFuture("given up");
    var began = Timer.start();
    // An exception is its failure too.
    return Future.succeededFuture(announcer.next())
        .compose(number -> store.apply(number, readings))
        .onSuccess(
            stored -> {
              if (givenUp) return;
              aside.stored();
              guarded(() -> ledger.committed(readings.size(), stored, began));
              announce(stored, again);
            })
        .onFailure(
            failure -> {
              if (!givenUp) guarded(() -> notStored(failure));
            });
  }

  private void notStored(Throwable failure) {
    if (failure instanceof MissingPartitionException) {
      // Nothing was sent.
      announcer.stored(new Stored(0, List.of(), 0, List.of()), false);
    } else {
      // It may have been committed before the connection was lost.
      announcer.uncertain();
    }
  }

  /**
   * @param again whether a message was redelivered: the process that stored it may have died before
   *     it announced it
   */
  private void announce(Stored stored, boolean again) {
    guarded(() -> announcer.stored(stored, again && stored.duplicates() > 0));
  }

  private boolean passes(List<Received> messages, Throwable failure, int readings) {
    if (givenUp) return false;
    if (failure instanceof MissingPartitionException missing)
      return isAllAwaited(messages, missing);
    if (Verdict.of(failure, readings) != Verdict.TRANSIENT) return false;
    guarded(() -> ledger.failed(failure));
    return true;
  }

  /** Whether storing has to wait, as there is no more room to set messages aside. */
  private boolean isAllAwaited(List<Received> messages, MissingPartitionException missing) {
    return !aside.hasRoomFor(messages)
        && messages.stream()
            .allMatch(
                message ->
                    missing.isAwaited(message.readings())
                        && missing.refusal(message.readings()).isEmpty());
  }

  /**
   * For actions that only report a transaction; their failure must not count as the transaction's.
   */
  private static void guarded(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error e) {
      log.error("event=transaction_not_told", e);
    }
  }

  private Future<Void> divide(List<Received> messages, List<Reading> readings, Throwable failure) {
    if (failure instanceof MissingPartitionException missing) return divide(messages, missing);
    if (failure instanceof StuckException) return stuck(messages, failure.getCause());
    var verdict = Verdict.of(failure, readings.size());
    // After shutdown.
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

  /** At once, because dividing would take a transaction for each of possibly many messages. */
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

  /**
   * Those that have their partitions are stored; the others wait for theirs, or cannot have any.
   */
  private Future<Void> divide(List<Received> messages, MissingPartitionException missing) {
    var ready = new ArrayList<Received>();
    var waiting = new ArrayList<Received>();
    var buried = new ArrayList<Future<Void>>();
    for (var message : messages) {
      var refusal = missing.refusal(message.readings());
      if (refusal.isPresent()) {
        buried.add(burial.take(message, Cause.REFUSED, refusal.get()));
      } else if (missing.isAwaited(message.readings())) {
        waiting.add(message);
      } else {
        ready.add(message);
      }
    }
    boolean hasRoom = aside.hasRoomFor(waiting);
    if (hasRoom && !waiting.isEmpty()) aside.await(waiting);
    return storeMessages(ready)
        .compose(stored -> hasRoom ? Future.succeededFuture() : storeMessages(waiting))
        .compose(stored -> Future.join(buried))
        .mapEmpty();
  }

  /**
   * The database fails over these messages although it answers. They are at fault if it has stored
   * others since; until that is known they are kept aside.
   */
  private Future<Void> stuck(List<Received> messages, Throwable failure) {
    boolean known = aside.isTried(messages.get(0)) && aside.othersWereStored();
    var parts = parts(messages, failure);
    if (!known || (parts.size() == 1 && Verdict.isLocked(failure))) {
      if (complaints.admit().isPresent())
        log.warn(
            "event=messages_set_aside messages={} cause=\"{}\"; others are stored meanwhile",
            messages.size(),
            OneLine.of(failure));
      boolean isFew = aside.groups() + parts.size() <= MAX_GROUPS;
      aside.fail(isFew ? parts : List.of(messages), failure);
      return Future.succeededFuture();
    }
    if (parts.size() > 1) {
      var stored = Future.<Void>succeededFuture();
      for (var part : parts) stored = stored.compose(done -> storeMessages(part));
      return stored;
    }
    return burial.take(
        messages.get(0),
        Cause.REFUSED,
        "the database stores others and fails over this one: " + OneLine.of(failure));
  }

  /**
   * Each attempt at a locked partition takes seconds, so messages of one week stay together:
   * usually one partition is locked. Other messages are halved.
   */
  private static List<List<Received>> parts(List<Received> messages, Throwable failure) {
    if (!Verdict.isLocked(failure)) {
      int half = messages.size() / 2;
      return half == 0
          ? List.of(messages)
          : List.of(messages.subList(0, half), messages.subList(half, messages.size()));
    }
    var byWeek = new TreeMap<Long, List<Received>>();
    for (var message : messages) {
      byWeek
          .computeIfAbsent(
              message.readings().get(0).time().getEpochSecond() / WEEK_SECONDS,
              week -> new ArrayList<>())
          .add(message);
    }
    return List.copyOf(byWeek.values());
  }

  /** A single message that the database cannot store at once, like one of very many weeks. */
  private Future<Void> inSmallerParts(Received message, List<Reading> readings, Throwable failure) {
    if (readings.size() == 1) return burial.take(message, Cause.REFUSED, failure.getMessage());
    int half = readings.size() / 2;
    return storePart(message, readings.subList(0, half))
        .compose(stored -> storePart(message, readings.subList(half, readings.size())));
  }

  private Future<Void> storePart(Received message, List<Reading> readings) {
    return insist(List.of(message), readings, anyAgain(List.of(message)))
        .recover(failure -> divide(List.of(message), readings, failure));
  }
}
