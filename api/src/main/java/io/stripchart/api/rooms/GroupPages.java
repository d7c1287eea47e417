package io.stripchart.api.rooms;

import io.stripchart.api.ApiException;
import io.stripchart.api.kept.Loaded;
import io.stripchart.api.kept.ViewSource;
import io.stripchart.api.stored.GroupRange;
import io.stripchart.api.stored.RoomQueries;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Loads pages of rooms. */
final class GroupPages implements ViewSource<GroupPages.Key, GroupPage<RoomRow>> {
  /** Of one page. */
  static final int MAX_SERIES = 100_000;

  private final RoomQueries queries;

  /**
   * @param building null for rooms that are in none
   * @param after rooms behind this one; "" for all
   * @param first how many at most
   */
  record Key(String building, String after, int first) {
    GroupRange range() {
      return RoomName.range(building, after);
    }
  }

  GroupPages(RoomQueries queries) {
    this.queries = queries;
  }

  @Override
  public List<SeriesPattern> patterns(Key key) {
    return List.of(SeriesPattern.of(key.range().prefix() + "*.*.*"));
  }

  @Override
  public Future<Loaded<GroupPage<RoomRow>>> load(Key key, long room) {
    return load(key)
        .map(
            loaded ->
                loaded.view().weight() <= room ? loaded : new Loaded<>(loaded.snapshot(), null));
  }

  Future<Loaded<GroupPage<RoomRow>>> load(Key key) {
    return queries
        .groups(key.range(), key.first, MAX_SERIES + 1)
        .map(found -> new Loaded<>(found.snapshot(), page(key, checked(found.rows()))));
  }

  private static List<RoomQueries.Group> checked(List<RoomQueries.Group> groups) {
    if (groups.stream().mapToInt(group -> group.series().size()).sum() <= MAX_SERIES) return groups;
    throw new ApiException(
        ApiException.Code.LIMIT,
        "there are more than " + MAX_SERIES + " series in these rooms; ask for fewer by first");
  }

  /**
   * @param groups one more than the page holds, without its series, if more follow
   */
  private static GroupPage<RoomRow> page(Key key, List<RoomQueries.Group> groups) {
    boolean more = groups.size() > key.first;
    var shown = more ? groups.subList(0, key.first) : groups;
    Set<String> known = new HashSet<>();
    shown.forEach(group -> group.series().forEach(one -> known.add(one.name())));
    var range = key.range();
    var before = more ? range.endOf(shown.get(shown.size() - 1).word()) : range.end();
    var rows = shown.stream().map(group -> row(key, group)).toList();
    return new GroupPage<>(rows, more, new GroupPage.Extent(range, before, name -> name), known);
  }

  private static RoomRow row(Key key, RoomQueries.Group group) {
    return RoomRow.of(new RoomName(key.building, group.word()), group.series());
  }
}
