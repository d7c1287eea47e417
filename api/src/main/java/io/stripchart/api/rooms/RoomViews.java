package io.stripchart.api.rooms;

import io.stripchart.api.ApiException;
import io.stripchart.api.kept.Loaded;
import io.stripchart.api.kept.ViewSource;
import io.stripchart.api.stored.RoomQueries;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;

/** Loads rooms with their sensors. */
final class RoomViews implements ViewSource<RoomName, RoomView> {
  /** Of one answer. */
  static final int MAX_SERIES = 20_000;

  private final RoomQueries queries;

  RoomViews(RoomQueries queries) {
    this.queries = queries;
  }

  @Override
  public List<SeriesPattern> patterns(RoomName room) {
    return List.of(room.series());
  }

  @Override
  public Future<Loaded<RoomView>> load(RoomName room, long most) {
    return latest(List.of(room))
        .map(
            found -> {
              var view = views(List.of(room), found.rows()).get(0);
              return new Loaded<>(found.snapshot(), view.weight() <= most ? view : null);
            });
  }

  /** Of each room, in their order, by one statement; of that moment. */
  Future<List<RoomView>> load(List<RoomName> rooms) {
    return latest(rooms).map(found -> views(rooms, found.rows()));
  }

  private Future<RoomQueries.Found<RoomQueries.Latest>> latest(List<RoomName> rooms) {
    return queries
        .latest(rooms.stream().map(RoomName::prefix).toList(), MAX_SERIES + 1)
        .map(
            found -> {
              if (found.rows().size() <= MAX_SERIES) return found;
              throw new ApiException(
                  ApiException.Code.LIMIT,
                  "there are more than " + MAX_SERIES + " series in it; ask for them by pages");
            });
  }

  private static List<RoomView> views(List<RoomName> rooms, List<RoomQueries.Latest> found) {
    var views = rooms.stream().map(RoomView::new).toList();
    for (var one : found) views.get(one.place()).put(one.series(), one.reading());
    return views;
  }
}
