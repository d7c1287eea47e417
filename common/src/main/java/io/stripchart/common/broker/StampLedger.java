package io.stripchart.common.broker;

import io.stripchart.common.reading.StampShare;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Of each slot of {@link StampShare}, until when it is given away, and to whom: {@code
 * {"slots":[{"slot":3,"until":1763692908123456,"owner":"…"}]}}. Immutable.
 */
final class StampLedger {
  static final StampLedger EMPTY = new StampLedger(Map.of());

  /** A slot is given away up to this time, in microseconds of the epoch. */
  private record Entry(long until, String owner) {}

  /** What a claim gives, and how the ledger is afterwards. */
  record Claim(StampShare share, StampLedger ledger) {}

  private final Map<Integer, Entry> slots;

  private StampLedger(Map<Integer, Entry> slots) {
    this.slots = Map.copyOf(slots);
  }

  /** What several that are found say together: of each slot the latest. */
  static StampLedger merged(List<StampLedger> found) {
    var slots = new HashMap<Integer, Entry>();
    for (var ledger : found) {
      ledger.slots.forEach(
          (slot, entry) ->
              slots.merge(slot, entry, (one, other) -> one.until >= other.until ? one : other));
    }
    return new StampLedger(slots);
  }

  /**
   * Claims times for a process: more of the slot that it has, else of the one that has been free
   * for the longest time. Where the clock was set back, the slots of before are not free yet, and
   * others are taken; where none is free, the one that will be first, whose times are ahead of the
   * clock.
   *
   * @param held what the process has; null where it has nothing
   * @param now in microseconds of the epoch, as {@code last}, the last time that it stamped
   * @param micros how far the claim reaches beyond both
   */
  Claim claim(String owner, StampShare held, long now, long last, long micros) {
    long wanted = Math.max(now, last) + micros;
    if (held != null && owner.equals(entry(held.slot()).owner)) {
      long until = Math.max(entry(held.slot()).until, wanted);
      return claim(owner, new StampShare(held.slot(), held.after(), until));
    }
    int slot =
        IntStream.range(0, StampShare.SLOTS)
            .boxed()
            .min(Comparator.comparingLong(one -> entry(one).until))
            .orElseThrow();
    long after = entry(slot).until;
    return claim(owner, new StampShare(slot, after, Math.max(now, after) + micros));
  }

  private Claim claim(String owner, StampShare share) {
    return new Claim(share, with(share.slot(), new Entry(share.until(), owner)));
  }

  /** Gives back what of a share was not used, where it is still the owner's. */
  StampLedger released(String owner, StampShare share, long last) {
    if (!owner.equals(entry(share.slot()).owner)) return this;
    return with(share.slot(), new Entry(Math.max(share.after(), last), ""));
  }

  /** Whether a claim would have to take times ahead of the clock. */
  boolean isFull(long now) {
    return IntStream.range(0, StampShare.SLOTS).allMatch(slot -> entry(slot).until > now);
  }

  private Entry entry(int slot) {
    return slots.getOrDefault(slot, new Entry(0, ""));
  }

  private StampLedger with(int slot, Entry entry) {
    var changed = new HashMap<>(slots);
    changed.put(slot, entry);
    return new StampLedger(changed);
  }

  byte[] encode() {
    var array = new JsonArray();
    slots.forEach(
        (slot, entry) ->
            array.add(
                new JsonObject()
                    .put("slot", slot)
                    .put("until", entry.until)
                    .put("owner", entry.owner)));
    return new JsonObject().put("slots", array).encode().getBytes(StandardCharsets.UTF_8);
  }

  /** A message of another program is ignored. */
  static StampLedger decode(byte[] body) {
    try {
      var slots = new HashMap<Integer, Entry>();
      var json = new JsonObject(new String(body, StandardCharsets.UTF_8));
      for (var one : json.getJsonArray("slots", new JsonArray())) {
        var entry = (JsonObject) one;
        int slot = entry.getInteger("slot");
        if (slot < 0 || slot >= StampShare.SLOTS) continue;
        slots.put(slot, new Entry(entry.getLong("until"), entry.getString("owner", "")));
      }
      return new StampLedger(slots);
    } catch (RuntimeException e) {
      return EMPTY;
    }
  }
}
