package io.stripchart.api.stored;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A set of batches: all that were noted before a time, and some by their numbers. As numbers follow
 * each other, those of a process are a few stretches. Immutable.
 */
public final class KnownBatches {
  public static final KnownBatches NONE = new KnownBatches(Long.MIN_VALUE, Map.of());

  /**
   * A transaction ends within this time after its note, so a batch that a snapshot does not see was
   * noted later than this before the snapshot.
   */
  private static final String LONGEST_TRANSACTION = "interval '5 minutes'";

  /** An expression that is the set of the batches that a statement sees, as text. */
  static final String TEXT =
      """
      (select (extract(epoch from now() - LONGEST) * 1000000)::int8 || ' ' || coalesce((
        select string_agg(process || '=' || first || '-' || last, ',')
        from (
          select process, min(sequence) as first, max(sequence) as last
          from (
            select process, sequence,
              sequence - row_number() over (partition by process order by sequence) as stretch
            from stored_batch where stored_at >= now() - LONGEST) as noted
          group by process, stretch) as stretches), ''))"""
          .replace("LONGEST", LONGEST_TRANSACTION);

  private final long until;

  /** Of each process the first and the last number of each stretch, in order. */
  private final Map<UUID, long[]> stretches;

  private KnownBatches(long until, Map<UUID, long[]> stretches) {
    this.until = until;
    this.stretches = stretches;
  }

  /**
   * @param text as {@link #TEXT} gives it: {@code 1700000000000000 a=1-5,a=7-7}
   */
  public static KnownBatches of(String text) {
    int end = text.indexOf(' ');
    var set = new KnownBatches(Long.parseLong(text.substring(0, end)), Map.of());
    if (end + 1 == text.length()) return set;
    var builder = set.builder();
    for (var one : text.substring(end + 1).split(",", -1)) {
      int sign = one.indexOf('=');
      int dash = one.indexOf('-', sign);
      builder.add(
          UUID.fromString(one.substring(0, sign)),
          Long.parseLong(one.substring(sign + 1, dash)),
          Long.parseLong(one.substring(dash + 1)));
    }
    return builder.build();
  }

  /** All that were noted before a time, in microseconds. */
  public static KnownBatches before(long until) {
    return new KnownBatches(until, Map.of());
  }

  /** Adds many to a set, and makes one set of it. */
  public final class Builder {
    private final Map<UUID, long[]> all = new HashMap<>(stretches);

    /** Adds the numbers of a process from one to another, both included. */
    public void add(UUID process, long first, long last) {
      all.merge(process, new long[] {first, last}, KnownBatches::union);
    }

    public KnownBatches build() {
      return new KnownBatches(until, all);
    }
  }

  public Builder builder() {
    return new Builder();
  }

  /** All that were noted earlier than that are in it: microseconds by the database's clock. */
  public long until() {
    return until;
  }

  public Set<UUID> processes() {
    return stretches.keySet();
  }

  /** The first and the last number of each stretch of a process; not to be changed. */
  public long[] stretches(UUID process) {
    return stretches.getOrDefault(process, new long[0]);
  }

  /** Whether it has a batch by its number. */
  public boolean has(UUID process, long sequence) {
    var all = stretches.get(process);
    if (all == null) return false;
    for (int i = all.length - 2; i >= 0; i -= 2) {
      if (sequence >= all[i]) return sequence <= all[i + 1];
    }
    return false;
  }

  /** Whether it has a batch by its number or by the time of its note. */
  public boolean has(UUID process, long sequence, long notedAt) {
    return notedAt < until || has(process, sequence);
  }

  public KnownBatches with(UUID process, long sequence) {
    var builder = builder();
    builder.add(process, sequence, sequence);
    return builder.build();
  }

  public KnownBatches union(KnownBatches other) {
    var all = new HashMap<>(stretches);
    other.stretches.forEach((process, more) -> all.merge(process, more, KnownBatches::union));
    return new KnownBatches(Math.max(until, other.until), all);
  }

  /**
   * The same set with fewer numbers.
   *
   * @param then the set some time ago
   * @param seen a later snapshot, which sees all of {@code then}
   */
  public KnownBatches reduced(KnownBatches then, KnownBatches seen) {
    var since = new HashMap<UUID, long[]>();
    stretches.forEach(
        (process, now) -> {
          var more = minus(now, then.stretches(process));
          if (more.length > 0) since.put(process, more);
        });
    return seen.union(new KnownBatches(Long.MIN_VALUE, since));
  }

  private static long[] union(long[] one, long[] other) {
    var both = new long[one.length + other.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < one.length || j < other.length) {
      boolean isOne = j == other.length || (i < one.length && one[i] <= other[j]);
      var from = isOne ? one : other;
      int at = isOne ? i : j;
      if (size > 0 && from[at] <= both[size - 1] + 1) {
        both[size - 1] = Math.max(both[size - 1], from[at + 1]);
      } else {
        both[size++] = from[at];
        both[size++] = from[at + 1];
      }
      if (isOne) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return size == both.length ? both : Arrays.copyOf(both, size);
  }

  private static long[] minus(long[] all, long[] gone) {
    var left = new long[all.length + gone.length];
    int size = 0;
    for (int i = 0; i < all.length; i += 2) {
      long first = all[i];
      for (int j = 0; j < gone.length && first <= all[i + 1]; j += 2) {
        if (gone[j + 1] < first || gone[j] > all[i + 1]) continue;
        if (gone[j] > first) {
          left[size++] = first;
          left[size++] = gone[j] - 1;
        }
        first = gone[j + 1] + 1;
      }
      if (first <= all[i + 1]) {
        left[size++] = first;
        left[size++] = all[i + 1];
      }
    }
    return Arrays.copyOf(left, size);
  }

  @Override
  public String toString() {
    var text = new StringBuilder().append(until).append(' ');
    stretches.forEach(
        (process, all) -> {
          for (int i = 0; i < all.length; i += 2) {
            if (text.charAt(text.length() - 1) != ' ') text.append(',');
            text.append(process).append('=').append(all[i]).append('-').append(all[i + 1]);
          }
        });
    return text.toString();
  }
}
