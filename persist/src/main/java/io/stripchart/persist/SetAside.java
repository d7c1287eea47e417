package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.stripchart.persist.store.PartitionRange;
import io.stripchart.persist.store.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Messages that wait, unacknowledged, while others are stored: for a partition that is still to be
 * made, or because the database fails over a partition although it answers. A partition over which
 * it fails is blocked: its messages are tried again from time to time, some at once, and further
 * ones join them without an attempt. A message is held to be at fault only if others were stored
 * after it failed. For one context; the counts may be read by any thread.
 */
final class SetAside {
  /**
   * For how long a batch fails before it is set aside, where nothing was stored for as long and it
   * may be the whole database that fails.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two attempts at the same partition, while nothing else is stored. */
  private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

  /** The same where others are stored. */
  private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MAX_LOCKED_NANOS = Duration.ofSeconds(20).toNanos();

  /** After which a partition counts as sound for which nothing waits and nothing comes. */
  private static final long FORGET_NANOS = Duration.ofMinutes(2).toNanos();

  /** Tried at once, so that others wait for a second at most where each of them fails. */
  private static final int MAX_TRIED = 100;

  private final int most;
  private final LongSupplier nanoTime;

  /** Not settled yet, whether they are aside now or being tried again. */
  private final Set<Received> unsettled = identities();

  private final Set<Received> aside = identities();
  private final List<Received> awaiting = new ArrayList<>();

  /** By the beginning of the partition. */
  private final NavigableMap<Instant, Blocked> blocked = new TreeMap<>();

  private Blocked trying;
  private boolean isTrialFailed;
  private final Set<Received> tried = identities();
  private long lastStored;
  private boolean hasStored;
  private volatile int count;
  private volatile String failure;

  /** A partition over which the database fails, also where none of its messages has room here. */
  private static final class Blocked {
    private PartitionRange range;
    private final ArrayDeque<Received> messages = new ArrayDeque<>();

    /** Since when it fails otherwise than by a lock, which says nothing of the messages. */
    private long since;

    private Throwable failure;
    private long last;
    private int attempts;

    private Blocked(PartitionRange range, long since) {
      this.range = range;
      this.since = since;
    }
  }

  /**
   * @param most that may be aside, so that others still come; negative where nothing may
   */
  SetAside(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /** One that takes nothing. */
  static SetAside none() {
    return new SetAside(-1, System::nanoTime);
  }

  private static Set<Received> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Whether it takes anything at all. */
  boolean isUsed() {
    return most >= 0;
  }

  /**
   * They wait for a partition.
   *
   * @return those that found no room
   */
  List<Received> await(List<Received> messages) {
    var without = new ArrayList<Received>();
    for (var message : messages) {
      if (hasRoomFor(message)) {
        if (keep(message)) awaiting.add(message);
      } else {
        without.add(message);
      }
    }
    recount();
    return without;
  }

  /**
   * The same for one of a blocked partition. Where nothing was stored lately, the whole database
   * may fail: then messages stay here, up to the prefetch, and only those leave that are tried
   * again, so that others behind them are found.
   */
  private boolean canKeep(Received message) {
    return hasRoomFor(message) || (!wasStoredLately() && !isTried(message));
  }

  private boolean hasRoomFor(Received message) {
    int others = unsettled.contains(message) ? unsettled.size() - 1 : unsettled.size();
    return others < most;
  }

  /** False where it is here already, as parts of a large message may be stored by themselves. */
  private boolean keep(Received message) {
    unsettled.add(message);
    return aside.add(message);
  }

  /**
   * The database has failed over messages of a partition; again, where they were being tried.
   *
   * @return those that found no room
   */
  List<Received> fail(PartitionRange range, List<Received> messages, Throwable why) {
    var one = blocked.computeIfAbsent(range.from(), from -> new Blocked(range, now()));
    one.range = range;
    if (one.failure != null && Verdict.isLocked(one.failure)) one.since = now();
    one.failure = why;
    one.last = now();
    one.attempts++;
    if (one == trying) isTrialFailed = true;
    var without = new ArrayList<Received>();
    for (var message : messages) {
      if (canKeep(message)) {
        if (keep(message)) one.messages.add(message);
      } else {
        unsettled.remove(message);
        without.add(message);
      }
    }
    failure = OneLine.of(why);
    recount();
    return without;
  }

  /** Whether a message has readings of a blocked partition, and is not being tried just now. */
  boolean isBlocked(Received message) {
    return !blocked.isEmpty() && !isTried(message) && blocking(message) != null;
  }

  private Blocked blocking(Received message) {
    for (var reading : message.readings()) {
      var before = blocked.floorEntry(reading.time());
      if (before != null && before.getValue().range.contains(reading.time()))
        return before.getValue();
    }
    return null;
  }

  /**
   * Takes messages of blocked partitions.
   *
   * @return those that found no room; there is some more for one of a partition that has none to be
   *     tried
   */
  List<Received> join(List<Received> messages) {
    var without = new ArrayList<Received>();
    for (var message : messages) {
      var one = blocking(message);
      boolean isNext =
          one != trying
              && one.messages.isEmpty()
              && isDue(one)
              && unsettled.size() <= most + most / 2;
      if (!isNext && !canKeep(message)) without.add(message);
      else if (keep(message)) one.messages.add(message);
    }
    recount();
    return without;
  }

  private void recount() {
    count = aside.size();
    if (blocked.isEmpty()) failure = null;
  }

  /** Some readings were stored. */
  void stored() {
    lastStored = now();
    hasStored = true;
  }

  /** Whether something was stored so short a while ago that the database as a whole works. */
  boolean wasStoredLately() {
    return hasStored && now() - lastStored < PATIENCE.toNanos();
  }

  /** Whether this message is being tried again. */
  boolean isTried(Received message) {
    return tried.contains(message);
  }

  /**
   * Whether others were stored since the partition that is being tried failed first, locks aside.
   */
  boolean othersWereStored() {
    return trying != null
        && hasStored
        && !Verdict.isLocked(trying.failure)
        && lastStored - trying.since > 0;
  }

  /**
   * Takes messages that are due, as a batch of their own.
   *
   * @return none if none are due
   */
  List<Received> takeDue() {
    endTrial();
    forgetIdle();
    var next =
        blocked.values().stream().filter(this::isReady).min(Comparator.comparing(one -> one.last));
    if (next.isEmpty()) return List.of();
    trying = next.get();
    for (int i = 0; i < MAX_TRIED && !trying.messages.isEmpty(); i++) {
      var message = trying.messages.poll();
      tried.add(message);
      aside.remove(message);
    }
    isTrialFailed = false;
    recount();
    return List.copyOf(tried);
  }

  private boolean isReady(Blocked one) {
    return !one.messages.isEmpty() && isDue(one);
  }

  private boolean isDue(Blocked one) {
    if (one.attempts == 0) return true;
    long waited = now() - one.last;
    if (Verdict.isLocked(one.failure))
      return waited > Math.min(2 * SOON_NANOS * one.attempts, MAX_LOCKED_NANOS);
    boolean storedSince = hasStored && lastStored - one.last > 0;
    return waited > (storedSince ? SOON_NANOS : RETRY_NANOS);
  }

  /**
   * Takes the others of a partition that was locked, where a trial has just gone well, to be stored
   * with what comes. While they are tried some at a time, more may join them than are tried.
   */
  List<Received> takeUnlocked() {
    if (trying == null || isTrialFailed || !Verdict.isLocked(trying.failure)) return List.of();
    var unlocked = List.copyOf(trying.messages);
    trying.messages.clear();
    unlocked.forEach(aside::remove);
    recount();
    return unlocked;
  }

  /**
   * Takes those that are here beyond the room, where others are stored again, so that they leave
   * with what comes.
   */
  List<Received> takeExcess() {
    var excess = new ArrayList<Received>();
    if (!wasStoredLately()) return excess;
    for (var one : blocked.values()) {
      // One is kept, to be tried.
      while (aside.size() > most && one.messages.size() > 1) {
        var message = one.messages.pollLast();
        aside.remove(message);
        excess.add(message);
      }
    }
    recount();
    return excess;
  }

  /** A batch is settled. If it was a trial, and the database did not fail, the next one is due. */
  void endTrial() {
    if (trying == null) return;
    if (!isTrialFailed) trying.attempts = 0;
    if (!isTrialFailed && trying.messages.isEmpty()) blocked.remove(trying.range.from(), trying);
    trying = null;
    tried.clear();
    recount();
  }

  private void forgetIdle() {
    boolean forgot =
        blocked.values().removeIf(one -> one.messages.isEmpty() && now() - one.last > FORGET_NANOS);
    if (forgot) recount();
  }

  /** Whether messages are to be tried now; to be called while nothing is being tried. */
  boolean isDue() {
    forgetIdle();
    return blocked.values().stream().anyMatch(this::isReady);
  }

  /** Whether partitions are blocked, so that they are to be tried again. */
  boolean hasBlocked() {
    return !blocked.isEmpty();
  }

  /**
   * Takes those that waited for a partition and do so no more, to be stored with others.
   *
   * @param waits whether a message still has to wait
   */
  List<Received> takeReleased(Predicate<Received> waits) {
    var released = new ArrayList<Received>();
    awaiting.removeIf(message -> !waits.test(message) && released.add(message));
    released.forEach(aside::remove);
    recount();
    return released;
  }

  /** Whether it is aside now. */
  boolean holds(Received message) {
    return aside.contains(message);
  }

  /** It is stored, dead-lettered or kept elsewhere. */
  void settled(Received message) {
    unsettled.remove(message);
  }

  /** Whether nothing that came before is left unacknowledged. */
  boolean isEmpty() {
    return unsettled.isEmpty();
  }

  /** Whether nothing waits here, and no partition is known to be blocked. */
  boolean isCalm() {
    return unsettled.isEmpty() && blocked.isEmpty();
  }

  /** Forgets what will be delivered again. */
  void removeIf(Predicate<Delivery> lost) {
    Predicate<Received> isLost = message -> lost.test(message.delivery());
    unsettled.removeIf(isLost);
    aside.removeIf(isLost);
    awaiting.removeIf(isLost);
    blocked.values().forEach(one -> one.messages.removeIf(isLost));
    recount();
  }

  /** How many messages are aside; any thread. */
  int count() {
    return count;
  }

  /** The failure of messages although the database answers, if any; any thread. */
  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
