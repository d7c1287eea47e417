package io.stripchart.api.rooms;

import io.stripchart.api.kept.Loaded;
import io.stripchart.api.kept.ViewSource;
import io.stripchart.api.stored.GroupRange;
import io.stripchart.api.stored.RoomQueries;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Loads pages of buildings, by their names. */
final class BuildingPages implements ViewSource<BuildingPages.Key, GroupPage<String>> {
  private static final String PREFIX = "building.";

  private final RoomQueries queries;

  /**
   * @param after buildings behind this one; "" for all
   * @param first how many at most
   */
  record Key(String after, int first) {}

  BuildingPages(RoomQueries queries) {
    this.queries = queries;
  }

  @Override
  public List<SeriesPattern> patterns(Key key) {
    return List.of(SeriesPattern.of(PREFIX + "*.room.*.*.*"));
  }

  /** A page is never too large: it has names alone. */
  @Override
  public Future<Loaded<GroupPage<String>>> load(Key key, long room) {
    return load(key);
  }

  Future<Loaded<GroupPage<String>>> load(Key key) {
    var range = new GroupRange(PREFIX, "\\.room\\.[^.]+\\.[^.]+\\.[^.]+", key.after);
    return queries
        .words(range, key.first + 1)
        .map(found -> new Loaded<>(found.snapshot(), page(key, range, found.rows())));
  }

  /**
   * @param words one more than the page holds if more follow
   */
  private static GroupPage<String> page(Key key, GroupRange range, List<String> words) {
    boolean more = words.size() > key.first;
    var shown = more ? words.subList(0, key.first) : words;
    var before = more ? range.endOf(shown.get(shown.size() - 1)) : range.end();
    var extent = new GroupPage.Extent(range, before, range::group);
    return new GroupPage<>(shown, more, extent, Set.copyOf(shown));
  }
}
