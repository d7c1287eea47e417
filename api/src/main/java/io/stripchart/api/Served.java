package io.stripchart.api;

import io.stripchart.api.factories.Factories;
import io.stripchart.api.factories.FactoryDesk;
import io.stripchart.api.gauges.GaugesDesk;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rooms.Rooms;
import io.stripchart.api.rooms.RoomsDesk;
import io.stripchart.api.series.SeriesDesk;
import io.stripchart.api.stored.ReadingQueries;
import java.util.List;

/**
 * Paths that are answered by plain HTTP, and by whom.
 *
 * @param roots each of the paths is one of these, or below
 */
record Served(List<String> roots, RestPaths paths, RestHandler.Desk desk) {
  /** All that there are, but for those that describe them. */
  static List<Served> all(ReadingQueries queries, Rooms rooms, Factories factories) {
    return List.of(
        of(SeriesDesk.PATHS, new SeriesDesk(queries), "/series"),
        of(RoomsDesk.PATHS, new RoomsDesk(rooms), "/api/rooms", "/api/buildings", "/temperature"),
        of(FactoryDesk.PATHS, new FactoryDesk(factories), "/api/factories", "/api/factory"),
        of(GaugesDesk.PATHS, new GaugesDesk(queries), GaugesDesk.PATH));
  }

  private static Served of(RestPaths paths, RestHandler.Desk desk, String... roots) {
    return new Served(List.of(roots), paths, paths.before(desk));
  }
}
