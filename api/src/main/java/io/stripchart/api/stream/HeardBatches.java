package io.stripchart.api.stream;

import io.stripchart.api.stored.BatchNotes.Heard;
import io.stripchart.api.stored.BoundedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Which numbers of each persist process were heard of: as stretches, so that it is small however
 * many there were. Belongs to one context.
 */
final class HeardBatches {
  /**
   * There are a few, and new ones after each restart; those heard of least recently are dropped.
   */
  static final int MAX_PROCESSES = 1_000;

  /** Of a process; beyond it the oldest hole counts as heard of. */
  static final int MAX_STRETCHES = 1_000;

  /** Of each process the last number of each stretch, by the first one. */
  private final Map<UUID, NavigableMap<Long, Long>> stretches = new BoundedMap<>(MAX_PROCESSES);

  /** Whether numbers lie between the last one that was heard of and this one. */
  boolean leavesHole(UUID process, long sequence) {
    var known = stretches.get(process);
    return sequence > (known == null ? 1 : known.lastEntry().getValue() + 1);
  }

  /** The greatest number of a process that was heard of; 0 if there is none. */
  long last(UUID process) {
    var known = stretches.get(process);
    return known == null ? 0 : known.lastEntry().getValue();
  }

  boolean has(UUID process, long sequence) {
    var known = stretches.get(process);
    var before = known == null ? null : known.floorEntry(sequence);
    return before != null && before.getValue() >= sequence;
  }

  /**
   * @return whether it was not heard of before
   */
  boolean add(UUID process, long sequence) {
    var known = stretches.computeIfAbsent(process, absent -> new TreeMap<>());
    var before = known.floorEntry(sequence);
    if (before != null && before.getValue() >= sequence) return false;
    boolean joinsBefore = before != null && before.getValue() == sequence - 1;
    var behind = known.remove(sequence + 1);
    known.put(joinsBefore ? before.getKey() : sequence, behind == null ? sequence : behind);
    if (known.size() > MAX_STRETCHES) joinOldest(known);
    return true;
  }

  private static void joinOldest(NavigableMap<Long, Long> known) {
    var oldest = known.pollFirstEntry();
    var next = known.pollFirstEntry();
    known.put(oldest.getKey(), next.getValue());
  }

  List<Heard> all() {
    var all = new ArrayList<Heard>();
    stretches.forEach(
        (process, known) ->
            known.forEach((first, last) -> all.add(new Heard(process, first, last))));
    return all;
  }
}
