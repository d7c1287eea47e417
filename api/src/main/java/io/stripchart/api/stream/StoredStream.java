package io.stripchart.api.stream;

import io.stripchart.api.stored.BatchNotes.Moment;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.common.reading.Reading;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The stored batches, in the order in which this process received them. A follower is a position in
 * it, so a slow one costs no memory. It holds the newest readings, and of older batches only what
 * is needed to read them again; still older batches are gone. For any thread.
 */
public final class StoredStream {
  /** In memory, of the newest batches; the newest batch is held whole, however large it is. */
  public static final int MAX_READINGS = 100_000;

  /** Of which it is known at least where to read them. */
  public static final int MAX_BATCHES = 100_000;

  private static final int MIN_CAPACITY = 64;

  /** Between two positions, and behind the last of them, of which the known batches are held. */
  private static final int KNOWN_EACH = 256;

  /** Who follows. */
  public interface Follower {
    /** More batches are available. Called on the adding thread, so it must be quick. */
    void appended();
  }

  private final int maxReadings;
  private final int maxBatches;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();

  /** A ring: the batch of a position is at the position's remainder. */
  private Batch[] batches;

  /**
   * All batches that were known before the batch of a position; of some positions, as a ring too.
   */
  private KnownBatches[] known;

  /** The same of the next position. */
  private KnownBatches knownNow = KnownBatches.NONE;

  /** Time of the last snapshot passed to {@link #learn}, and the position then. */
  private long learntUntil = Long.MIN_VALUE;

  private long learntAt;

  private long first;
  private long next;
  private long firstInMemory;
  private int heldReadings;

  /** Nothing before it is missing; the greatest long where something may be. */
  private long wholeFrom = Long.MAX_VALUE;

  private boolean ready;
  private volatile boolean suspect;
  private volatile int changes;
  private volatile int database;

  public StoredStream() {
    this(MAX_READINGS, MAX_BATCHES);
  }

  public StoredStream(int maxReadings, int maxBatches) {
    this.maxReadings = maxReadings;
    this.maxBatches = maxBatches;
    clear();
  }

  private void clear() {
    int capacity = Math.min(MIN_CAPACITY, maxBatches);
    batches = new Batch[capacity];
    known = new KnownBatches[capacity];
  }

  /**
   * @param readings of one batch; not changed afterwards
   */
  public void append(UUID process, long sequence, long transaction, List<Reading> readings) {
    if (readings.isEmpty()) return;
    var batch = Batch.of(process, sequence, transaction, readings);
    synchronized (this) {
      add(batch.at(next));
    }
    wake();
  }

  /** Batches to be read from the database; their own positions do not matter. */
  public void appendUnread(List<Batch> unread) {
    if (unread.isEmpty()) return;
    synchronized (this) {
      for (var one : unread) {
        add(one.at(next).withoutReadings());
      }
    }
    wake();
  }

  private void add(Batch batch) {
    if (next - first == batches.length) {
      if (batches.length < maxBatches) {
        grow();
      } else {
        dropFirst();
      }
    }
    batches[index(next)] = batch;
    known[index(next)] = knownNow;
    if (batch.process() != null) knownNow = knownNow.with(batch.process(), batch.sequence());
    long old = next - KNOWN_EACH;
    // Of older positions, that of the one before leads to it.
    if (old > first && old % KNOWN_EACH != 0) known[index(old)] = null;
    next++;
    if (batch.isInMemory()) heldReadings += batch.count();
    while (heldReadings > maxReadings && firstInMemory < next - 1) shedReadings();
  }

  private void grow() {
    int capacity = Math.min(maxBatches, batches.length * 2);
    var more = new Batch[capacity];
    var moreKnown = new KnownBatches[capacity];
    for (long position = first; position < next; position++) {
      more[(int) (position % capacity)] = batches[index(position)];
      moreKnown[(int) (position % capacity)] = known[index(position)];
    }
    batches = more;
    known = moreKnown;
  }

  private void dropFirst() {
    if (firstInMemory == first) shedReadings();
    var knownNext = knownBefore(first + 1);
    batches[index(first)] = null;
    known[index(first)] = null;
    first++;
    if (first < next) known[index(first)] = knownNext;
  }

  /**
   * The batches that this process had heard of when a batch was appended, and those that were noted
   * before it began.
   *
   * @param position of a batch that is here, or the next one
   */
  public synchronized KnownBatches knownBefore(long position) {
    if (position >= next) return knownNow;
    long from = Math.max(first, position);
    while (known[index(from)] == null) from--;
    var found = known[index(from)];
    if (from == position) return found;
    var builder = found.builder();
    for (long at = from; at < position; at++) {
      var batch = batches[index(at)];
      if (batch.process() != null) {
        builder.add(batch.process(), batch.sequence(), batch.sequence());
      }
    }
    return builder.build();
  }

  /**
   * Everything that a snapshot sees is here, or was noted before this stream began.
   *
   * @param then what was known when the snapshot was requested
   * @param seen what it sees
   */
  public synchronized void learn(KnownBatches then, Moment seen) {
    knownNow = knownNow.reduced(then, seen.batches());
    database = seen.database().hashCode();
    learntUntil = seen.batches().until();
    learntAt = next;
  }

  /**
   * Whether a follower at a position has everything that a snapshot saw.
   *
   * @param until of what the snapshot saw, as of {@link KnownBatches#until()}
   */
  public synchronized boolean covers(long until, long position) {
    return learntUntil >= until && position >= learntAt;
  }

  private void shedReadings() {
    int oldest = index(firstInMemory++);
    var batch = batches[oldest];
    if (!batch.isInMemory()) return;
    heldReadings -= batch.count();
    batches[oldest] = batch.withoutReadings();
  }

  private int index(long position) {
    return (int) (position % batches.length);
  }

  /**
   * Unknown batches were missed: for followers, it is as if everything held were gone, and at least
   * one batch with it.
   */
  public void lose() {
    synchronized (this) {
      clear();
      next++;
      first = next;
      firstInMemory = next;
      heldReadings = 0;
      knownNow = KnownBatches.NONE;
      learntUntil = Long.MIN_VALUE;
    }
    wake();
  }

  /** A hash of which database it is that numbers the batches; 0 if that is not known. */
  public int database() {
    return database;
  }

  /** Whether the database may have become another one, so that its transactions are others. */
  synchronized void suspect(boolean now) {
    if (now) changes++;
    suspect = now;
  }

  /** How many times it was suspect until now. */
  public int changes() {
    return changes;
  }

  /** As of {@link #suspect(boolean)}: then nothing may be read by a transaction's number. */
  public boolean isSuspect() {
    return suspect;
  }

  /** Batches may be missing, from now on until it is whole again. */
  public synchronized void doubt() {
    wholeFrom = Long.MAX_VALUE;
  }

  /** No batch is missing of those that were committed before now. */
  public void whole() {
    synchronized (this) {
      wholeFrom = next;
      ready = true;
    }
    wake();
  }

  /**
   * Whether no batch was missed, as far as it is known, and a follower at a position has those that
   * were missed before.
   */
  public synchronized boolean isWhole(long position) {
    return position >= wholeFrom;
  }

  /**
   * Whether it has begun: whatever is committed from then on will be in it. Who follows is woken at
   * that moment.
   */
  public synchronized boolean isReady() {
    return ready;
  }

  /** Of which it is known where to read them. */
  public int maxBatches() {
    return maxBatches;
  }

  private void wake() {
    followers.forEach(Follower::appended);
  }

  /** The batch at a position; null if there is none yet, or if it is gone. */
  public synchronized Batch at(long position) {
    return position < first || position >= next ? null : batches[index(position)];
  }

  /** The position of the oldest batch. */
  public synchronized long first() {
    return first;
  }

  /** The position of the next batch that will be appended. */
  public synchronized long next() {
    return next;
  }

  /** How many readings are in memory. */
  public synchronized int heldReadings() {
    return heldReadings;
  }

  public void add(Follower follower) {
    followers.add(follower);
  }

  public void remove(Follower follower) {
    followers.remove(follower);
  }
}
