package io.stripchart.persist;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.operations.OneLine;
import io.stripchart.persist.store.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Messages that wait, unacknowledged, while those behind them are stored: for a partition that is
 * still to be made, or as the database fails over them again and again although it answers. A
 * message is only held to be at fault once others were stored after it failed. For one context; the
 * counts may be read by any thread.
 */
final class SetAside {
  /** For how long a batch fails before it is set aside. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two attempts at the same messages, while nothing else is stored. */
  private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

  /** The same where others are stored. */
  private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MAX_RETRY_NANOS = Duration.ofMinutes(1).toNanos();

  private final int most;
  private final LongSupplier nanoTime;

  /** Not settled yet, whether they are aside now or being tried again. */
  private final Set<Received> unsettled = identities();

  private final Set<Received> aside = identities();
  private final List<Received> awaiting = new ArrayList<>();
  private final List<Group> failing = new ArrayList<>();

  /** Those that are being tried again. */
  private Group trying;

  private final Set<Received> tried = identities();

  private long lastStored = Long.MIN_VALUE;
  private volatile int count;
  private volatile String failure;

  /**
   * Messages that failed together.
   *
   * @param since their first failure
   * @param last their last failure
   * @param attempts number of attempts; 0 if they are to be tried at once
   */
  private record Group(
      List<Received> messages, Throwable failure, long since, long last, int attempts) {}

  /**
   * @param most that may be aside, so that others still come
   */
  SetAside(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /** Without any room. */
  static SetAside none() {
    return new SetAside(0, System::nanoTime);
  }

  private static Set<Received> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Whether these have a place here, which they have if they were here before. */
  boolean hasRoomFor(Collection<Received> messages) {
    long more = messages.stream().filter(message -> !unsettled.contains(message)).count();
    return unsettled.size() + more <= most;
  }

  /** They wait for a partition. */
  void await(List<Received> messages) {
    awaiting.addAll(keep(messages));
  }

  /**
   * The database has failed over them; again, if they were being tried.
   *
   * @param parts each of which is tried by itself, at once if there are several
   */
  void fail(List<List<Received>> parts, Throwable why) {
    for (var part : parts) fail(part, why, parts.size() > 1);
  }

  private void fail(List<Received> messages, Throwable why, boolean atOnce) {
    var kept = keep(messages);
    if (kept.isEmpty()) return;
    boolean again = isTried(messages.get(0));
    long since = again ? trying.since : now();
    int attempts = again ? trying.attempts + 1 : 1;
    failing.add(new Group(kept, why, since, now(), atOnce ? 0 : attempts));
    failure = OneLine.of(why);
  }

  /** How many groups of messages failed. */
  int groups() {
    return failing.size();
  }

  /** Those that are not here already, as a part of a large message may be stored by itself. */
  private List<Received> keep(List<Received> messages) {
    var kept = messages.stream().filter(aside::add).toList();
    unsettled.addAll(kept);
    recount();
    return kept;
  }

  private void recount() {
    count = aside.size();
    if (failing.isEmpty()) failure = null;
  }

  /** Some readings were stored. */
  void stored() {
    lastStored = now();
  }

  /** Whether this message is being tried again. */
  boolean isTried(Received message) {
    return tried.contains(message);
  }

  /** Whether others were stored since the messages that are being tried failed first. */
  boolean othersWereStored() {
    return trying != null && lastStored - trying.since > 0 && lastStored != Long.MIN_VALUE;
  }

  /**
   * Takes messages that are due, as a batch of their own.
   *
   * @return none if none are due
   */
  List<Received> takeDue() {
    trying = null;
    tried.clear();
    for (var group : failing) {
      if (!isDue(group)) continue;
      failing.remove(group);
      trying = group;
      tried.addAll(group.messages);
      group.messages.forEach(aside::remove);
      recount();
      return group.messages;
    }
    return List.of();
  }

  private boolean isDue(Group group) {
    if (group.attempts == 0) return true;
    long waited = now() - group.last;
    if (Verdict.isLocked(group.failure)) {
      return waited > Math.min(RETRY_NANOS * group.attempts, MAX_RETRY_NANOS);
    }
    boolean storedSince = lastStored != Long.MIN_VALUE && lastStored - group.last > 0;
    return waited > (storedSince ? SOON_NANOS : RETRY_NANOS);
  }

  boolean isDue() {
    return failing.stream().anyMatch(this::isDue);
  }

  /** Whether some failed, so that they become due. */
  boolean hasFailing() {
    return !failing.isEmpty();
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

  /** It is stored or dead-lettered. */
  void settled(Received message) {
    unsettled.remove(message);
  }

  /** Whether nothing that came before is left unacknowledged. */
  boolean isEmpty() {
    return unsettled.isEmpty();
  }

  /** Discards messages that will be delivered again. */
  void removeIf(Predicate<Delivery> lost) {
    Predicate<Received> isLost = message -> lost.test(message.delivery());
    unsettled.removeIf(isLost);
    aside.removeIf(isLost);
    awaiting.removeIf(isLost);
    failing.replaceAll(
        group ->
            new Group(
                group.messages.stream().filter(isLost.negate()).toList(),
                group.failure,
                group.since,
                group.last,
                group.attempts));
    failing.removeIf(group -> group.messages.isEmpty());
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
