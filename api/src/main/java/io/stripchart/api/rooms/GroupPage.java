package io.stripchart.api.rooms;

import io.stripchart.api.kept.View;
import io.stripchart.api.stored.GroupRange;
import io.stripchart.common.reading.Reading;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A page of rooms or buildings. As series are never deleted, it stays right until a series is
 * stored that belongs in it and is new. Belongs to one context.
 */
public final class GroupPage<T> implements View {
  /** A name with its data, and its position among those that are cached. */
  private static final int NAME_BYTES = 300;

  private final List<T> rows;
  private final boolean more;
  private final Extent extent;
  private final Set<String> known;
  private boolean stale;
  private boolean asked;

  /**
   * Range of the series of a page.
   *
   * @param before upper bound of their names
   * @param shown the part of a name that the page shows
   */
  record Extent(GroupRange range, String before, UnaryOperator<String> shown) {
    boolean holds(String name) {
      return name.compareTo(range.begin()) >= 0 && name.compareTo(before) < 0;
    }
  }

  /**
   * @param more whether others follow
   * @param known data of all names in its range
   */
  GroupPage(List<T> rows, boolean more, Extent extent, Set<String> known) {
    this.rows = List.copyOf(rows);
    this.more = more;
    this.extent = extent;
    this.known = Set.copyOf(known);
  }

  public List<T> rows() {
    return rows;
  }

  /** Whether others follow. */
  public boolean hasMore() {
    return more;
  }

  /** The last entry, after which the next page begins; null if there is no next page. */
  String last(Function<T, String> name) {
    return more ? name.apply(rows.get(rows.size() - 1)) : null;
  }

  /** Whether it was requested before, so that it is loaded. */
  boolean askedBefore() {
    boolean before = asked;
    asked = true;
    return before;
  }

  @Override
  public boolean covers() {
    return !stale;
  }

  @Override
  public boolean exists() {
    return !rows.isEmpty();
  }

  @Override
  public void add(List<Reading> readings) {
    String before = null;
    for (var reading : readings) {
      var name = reading.series();
      if (stale || name.equals(before)) continue;
      before = name;
      stale = extent.holds(name) && !known.contains(extent.shown.apply(name));
    }
  }

  @Override
  public long weight() {
    return NAME_BYTES * (1L + known.size());
  }
}
