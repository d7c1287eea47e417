package io.stripchart.persist;

import static io.stripchart.persist.store.ReadingStore.LOCK_MILLIS;

import io.micrometer.core.instrument.Timer;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.PersistMetrics.Cause;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.MissingPartitionException;
import io.stripchart.persist.store.PartitionRange;
import io.stripchart.persist.store.SeriesLimitException;
import io.stripchart.persist.store.Stored;
import io.stripchart.persist.store.Verdict;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings each message of a batch to where it belongs: into the database, or aside. */
final class Storing {
  private static final Logger log = LoggerFactory.getLogger(Storing.class);

  /** Where a partition may well be locked, as it was before. */
  private static final int TRIAL_MILLIS = 50;

  /**
   * Where others are, so that many that are locked one after the other hold up nothing for long.
   */
  private static final int ALERT_MILLIS = 1_000;

  /** As {@link io.stripchart.persist.store.ReadingStore}. */
  interface Store {
    Future<Stored> store(BatchNumber number, List<Reading> readings, int lockMillis);

    /** The partition of a time. */
    default PartitionRange partition(Instant time) {
      return new PartitionRange(Instant.MIN, Instant.MAX);
    }
  }

  private final Store store;
  private final Burial burial;
  private final Announcer announcer;
  private final Insistence insistence;
  private final Ledger ledger;
  private final SetAside aside;
  private final Function<Received, Future<Void>> overflow;
  private final LogLimit complaints = new LogLimit();
  private boolean givenUp;

  /** A failure other than an outage lasts longer than this. */
  private static final class StuckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private StuckException(Throwable failure) {
      super(failure.getMessage(), failure, false, false);
    }
  }

  /** One that insists on every message. */
  Storing(Store store, Burial burial, Announcer announcer, Insistence insistence, Ledger ledger) {
    this(
        store,
        burial,
        announcer,
        insistence,
        ledger,
        SetAside.none(),
        message -> Future.failedFuture("there is no overflow"));
  }

  /**
   * @param aside takes messages that cannot be stored yet, so that others can
   * @param overflow takes those for which that has no room, as {@link Overflow#take}
   */
  Storing(
      Store store,
      Burial burial,
      Announcer announcer,
      Insistence insistence,
      Ledger ledger,
      SetAside aside,
      Function<Received, Future<Void>> overflow) {
    this.aside = aside;
    this.overflow = overflow;
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
   * @return completes when each of the messages is stored, dead-lettered, set aside or in the
   *     overflow; those that are not set aside can be acknowledged then. Fails only after shutdown
   *     or {@link #giveUp}
   */
  Future<Void> settle(List<Received> batch) {
    var sound = new ArrayList<Received>(batch.size());
    var blocked = new ArrayList<Received>();
    var buried = new ArrayList<Future<Void>>();
    for (var message : batch) {
      if (message.isMalformed()) {
        buried.add(burial.take(message, Cause.MALFORMED, message.problem()));
      } else if (aside.isBlocked(message)) {
        blocked.add(message);
      } else if (!message.readings().isEmpty()) {
        // An empty array is sound too, and there is nothing to store of it.
        sound.add(message);
      }
    }
    var joined = overflow(aside.join(blocked));
    return storeMessages(sound)
        .compose(stored -> joined)
        .compose(kept -> Future.join(buried))
        .mapEmpty();
  }

  private Future<Void> overflow(List<Received> messages) {
    return Future.join(messages.stream().map(overflow).toList()).mapEmpty();
  }

  private Future<Void> storeMessages(List<Received> messages) {
    var readings = readings(messages);
    if (readings.isEmpty()) return Future.succeededFuture();
    return insist(messages, readings).recover(failure -> divide(messages, readings, failure));
  }

  private static boolean anyAgain(List<Received> messages) {
    return messages.stream().anyMatch(Received::comesAgain);
  }

  private static List<Reading> readings(List<Received> messages) {
    if (messages.size() == 1) return messages.get(0).readings();
    var readings = new ArrayList<Reading>(messages.size());
    for (var message : messages) readings.addAll(message.readings());
    return readings;
  }

  /**
   * In one transaction, again and again while the database is away. Where it answers, but fails
   * over these readings, they are not insisted on for longer than it takes to know that it is not
   * the database as a whole.
   */
  private Future<Void> insist(List<Received> messages, List<Reading> readings) {
    long began = aside.now();
    boolean again = anyAgain(messages);
    boolean isTrial = aside.isTried(messages.get(0));
    int lockMillis = isTrial ? TRIAL_MILLIS : aside.hasBlocked() ? ALERT_MILLIS : LOCK_MILLIS;
    boolean isKnown = isTrial || aside.wasStoredLately();
    long patience = isKnown ? 0 : SetAside.PATIENCE.toNanos();
    return insistence
        .on(
            () -> transaction(readings, again, lockMillis),
            failure ->
                passes(failure, readings.size())
                    && !isStuck(failure, aside.now() - began >= patience))
        .recover(
            failure ->
                Future.failedFuture(isStuck(failure, true) ? new StuckException(failure) : failure))
        .mapEmpty();
  }

  private boolean isStuck(Throwable failure, boolean isLate) {
    return (isLate || Verdict.isLocked(failure))
        && !givenUp
        && aside.isUsed()
        && !(failure instanceof MissingPartitionException)
        && !Verdict.lacksPartition(failure)
        && Verdict.of(failure) == Verdict.TRANSIENT
        && !Verdict.isOutage(failure);
  }

  private Future<Stored> transaction(List<Reading> readings, boolean again, int lockMillis) {
    if (givenUp) return Future.failedFuture("given up");
    var began = Timer.start();
    // An exception is its failure too.
    return Future.succeededFuture(announcer.next())
        .compose(number -> store.store(number, readings, lockMillis))
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

  private boolean passes(Throwable failure, int readings) {
    if (givenUp || failure instanceof MissingPartitionException) return false;
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
    var kept = overflow(aside.await(waiting));
    return storeMessages(ready)
        .compose(stored -> kept)
        .compose(stored -> Future.join(buried))
        .mapEmpty();
  }

  /**
   * The database fails over these messages although it answers. They are at fault if it has stored
   * others since; until that is known they are kept aside.
   */
  private Future<Void> stuck(List<Received> messages, Throwable failure) {
    var byPartition = new LinkedHashMap<PartitionRange, List<Reading>>();
    for (var reading : readings(messages)) {
      byPartition
          .computeIfAbsent(store.partition(reading.time()), partition -> new ArrayList<>())
          .add(reading);
    }
    if (byPartition.size() > 1) return storeByPartition(messages, byPartition);
    var partition = byPartition.keySet().iterator().next();
    boolean isTried = aside.isTried(messages.get(0));
    if (!isTried || Verdict.isLocked(failure)) return setAside(partition, messages, failure);
    if (messages.size() > 1) {
      int half = messages.size() / 2;
      return storeMessages(messages.subList(0, half))
          .compose(stored -> storeMessages(messages.subList(half, messages.size())));
    }
    if (!aside.othersWereStored()) return setAside(partition, messages, failure);
    return burial.take(
        messages.get(0),
        Cause.REFUSED,
        "the database stores others and fails over this one: " + OneLine.of(failure));
  }

  private Future<Void> setAside(
      PartitionRange partition, List<Received> messages, Throwable failure) {
    if (complaints.admit().isPresent())
      log.warn(
          "event=messages_set_aside messages={} from={} to={} cause=\"{}\"; they are tried again",
          messages.size(),
          partition.from(),
          partition.to(),
          OneLine.of(failure));
    return overflow(aside.fail(partition, messages, failure));
  }

  /** The readings of each partition by themselves, so that only those wait over which it fails. */
  private Future<Void> storeByPartition(
      List<Received> messages, Map<PartitionRange, List<Reading>> byPartition) {
    var failures = new LinkedHashMap<PartitionRange, Throwable>();
    boolean again = anyAgain(messages);
    var tried = Future.<Void>succeededFuture();
    for (var one : byPartition.entrySet()) {
      tried =
          tried.compose(
              earlier -> {
                // Nothing else is stored while the database is away.
                var away = failures.values().stream().filter(Verdict::isOutage).findFirst();
                return away.<Future<Stored>>map(Future::failedFuture)
                    .orElseGet(() -> transaction(one.getValue(), again, TRIAL_MILLIS))
                    .<Void>mapEmpty()
                    .otherwise(
                        failure -> {
                          failures.put(one.getKey(), failure);
                          return null;
                        });
              });
    }
    return tried.compose(
        done -> {
          var left = new IdentityHashMap<Reading, PartitionRange>();
          failures
              .keySet()
              .forEach(
                  partition ->
                      byPartition.get(partition).forEach(reading -> left.put(reading, partition)));
          return keep(messages, failures, left);
        });
  }

  /**
   * Sets aside the messages of partitions over which the database fails; those of partitions with
   * failures of other kinds are stored once more, as any others.
   */
  private Future<Void> keep(
      List<Received> messages,
      Map<PartitionRange, Throwable> failures,
      IdentityHashMap<Reading, PartitionRange> left) {
    var byPartition = new LinkedHashMap<PartitionRange, List<Received>>();
    var again = new ArrayList<Received>();
    for (var message : messages) {
      // One that is stuck first: to store the others of its partitions again would fail over it.
      var failed =
          message.readings().stream()
              .map(left::get)
              .filter(Objects::nonNull)
              .min(Comparator.comparing(partition -> !isStuck(failures.get(partition), true)));
      if (failed.isEmpty()) continue;
      if (!isStuck(failures.get(failed.get()), true)) again.add(message);
      else byPartition.computeIfAbsent(failed.get(), any -> new ArrayList<>()).add(message);
    }
    var kept = new ArrayList<Future<Void>>();
    byPartition.forEach(
        (partition, its) -> kept.add(setAside(partition, its, failures.get(partition))));
    return storeMessages(again).compose(stored -> Future.join(kept)).mapEmpty();
  }

  /** A single message that the database cannot store at once, like one of very many weeks. */
  private Future<Void> inSmallerParts(Received message, List<Reading> readings, Throwable failure) {
    if (readings.size() == 1) return burial.take(message, Cause.REFUSED, failure.getMessage());
    int half = readings.size() / 2;
    return storePart(message, readings.subList(0, half))
        .compose(stored -> storePart(message, readings.subList(half, readings.size())));
  }

  private Future<Void> storePart(Received message, List<Reading> readings) {
    return insist(List.of(message), readings)
        .recover(failure -> divide(List.of(message), readings, failure));
  }
}
