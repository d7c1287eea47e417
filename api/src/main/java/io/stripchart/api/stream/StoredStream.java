package io.stripchart.api.stream;

import io.stripchart.common.reading.Reading;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The batches that were stored, in the order in which this process heard of them. Whoever follows
 * is a position in it, so that nobody's slowness costs memory. It holds the newest readings, and of
 * older batches only what is needed to read them again; batches that are older still are gone. For
 * any thread.
 */
public final class StoredStream {
  /** In memory, of the newest batches; the newest batch is held whole, however large it is. */
  public static final int MAX_READINGS = 100_000;

  /** Of which it is known at least where to read them. */
  public static final int MAX_BATCHES = 100_000;

  private static final int MIN_CAPACITY = 64;

  /** Who follows. */
  public interface Follower {
    /** There is more to follow. On the thread of whoever adds, so it must be quick. */
    void appended();
  }

  private final int maxReadings;
  private final int maxBatches;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();

  /** A ring: the batch of a position is at the position's remainder. */
  private Batch[] batches;

  private long first;
  private long next;
  private long firstInMemory;
  private int heldReadings;

  /** Nothing before it is missing; the greatest long where something may be. */
  private long wholeFrom = Long.MAX_VALUE;

  private boolean ready;

  public StoredStream() {
    this(MAX_READINGS, MAX_BATCHES);
  }

  public StoredStream(int maxReadings, int maxBatches) {
    this.maxReadings = maxReadings;
    this.maxBatches = maxBatches;
    this.batches = empty();
  }

  private Batch[] empty() {
    return new Batch[Math.min(MIN_CAPACITY, maxBatches)];
  }

  /**
   * @param readings of one batch; not changed afterwards
   */
  public void append(long transaction, List<Reading> readings) {
    if (readings.isEmpty()) return;
    var batch = Batch.of(transaction, readings);
    synchronized (this) {
      add(batch.at(next));
    }
    wake();
  }

  /** Batches that are to be read from the database; their own positions do not matter. */
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
    next++;
    if (batch.isInMemory()) heldReadings += batch.count();
    while (heldReadings > maxReadings && firstInMemory < next - 1) shedReadings();
  }

  private void grow() {
    var more = new Batch[Math.min(maxBatches, batches.length * 2)];
    for (long position = first; position < next; position++) {
      more[(int) (position % more.length)] = batches[index(position)];
    }
    batches = more;
  }

  private void dropFirst() {
    if (firstInMemory == first) shedReadings();
    batches[index(first)] = null;
    first++;
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
   * Batches were missed that nobody can name: to whoever follows, it is as if all that is held were
   * gone, and at least one batch with it.
   */
  public void lose() {
    synchronized (this) {
      batches = empty();
      next++;
      first = next;
      firstInMemory = next;
      heldReadings = 0;
    }
    wake();
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
   * Whether no batch was missed, as far as it is known; and whoever has followed up to a position
   * has those that were missed before.
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

  /** The batch at a position; null where there is none yet, or none any more. */
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
