package io.stripchart.api;

import io.stripchart.api.factories.Factories;
import io.stripchart.api.factories.FactoryDesk;
import io.stripchart.api.gauges.GaugesDesk;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rooms.Rooms;
import io.stripchart.api.rooms.RoomsDesk;
import io.stripchart.api.series.SeriesDeletion;
import io.stripchart.api.series.SeriesDesk;
import io.stripchart.api.stored.ReadingQueries;
import java.util.List;
import java.util.function.Supplier;

/**
 * Paths that are answered by plain HTTP, and by whom.
 *
 * @param roots each of the paths is one of these, or below
 * @param made makes who answers them, for one event loop
 */
record Served(List<String> roots, RestPaths paths, Supplier<RestHandler.Desk> made) {
  /** Their paths only; deletions are not answered. */
  static List<Served> all(ReadingQueries queries, Rooms rooms, Factories factories) {
    return all(queries, null, rooms, factories);
  }

  /** All of them except those of the documentation. */
  static List<Served> all(
      ReadingQueries queries, SeriesDeletion deletion, Rooms rooms, Factories factories) {
    return List.of(
        of(SeriesDesk.PATHS, () -> new SeriesDesk(queries, deletion), "/series"),
        of(
            RoomsDesk.PATHS,
            () -> new RoomsDesk(rooms),
            "/api/rooms",
            "/api/buildings",
            "/temperature"),
        of(FactoryDesk.PATHS, () -> new FactoryDesk(factories), "/api/factories", "/api/factory"),
        of(GaugesDesk.PATHS, () -> new GaugesDesk(queries), GaugesDesk.PATH));
  }

  private static Served of(RestPaths paths, Supplier<RestHandler.Desk> made, String... roots) {
    return new Served(List.of(roots), paths, made);
  }

  RestHandler.Desk desk() {
    return paths.before(made.get());
  }
}
