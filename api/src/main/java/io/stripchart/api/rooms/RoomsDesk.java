package io.stripchart.api.rooms;

import io.stripchart.api.rest.Format;
import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.api.rolling.RollingAverages;
import io.stripchart.common.http.EntityTag;
import io.stripchart.common.http.PathSegment;
import io.stripchart.common.reading.SeriesName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * Serves {@code /api/rooms}, {@code /api/buildings} and the paths below them, and {@code
 * /temperature/average}. Belongs to one context.
 */
public final class RoomsDesk implements RestHandler.Desk {
  public static final RestPaths PATHS =
      RestPaths.read(
          "/api/rooms",
          "/api/rooms/{room}",
          "/api/rooms/{room}/{quantity}/average",
          "/api/buildings",
          "/api/buildings/{building}/rooms",
          "/api/buildings/{building}/rooms/{room}",
          "/api/buildings/{building}/rooms/{room}/{quantity}/average",
          "/temperature/average");

  private static final List<String> OF_A_PAGE = List.of("first", "after");
  private static final List<String> OF_AN_AVERAGE = List.of("window", "at");
  private static final List<String> OF_THE_SECOND_SPELLING =
      List.of("building_id", "room_id", "window", "at");

  private final Rooms rooms;

  public RoomsDesk(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Future<? extends Reply> ask(RestRequest request) {
    request.acceptsJson();
    var words = request.segments();
    if (words.get(0).equals("temperature")) return secondSpelling(request);
    if (words.get(1).equals("rooms")) return ofRooms(request, null, 2);
    if (words.size() == 2) return buildings(request);
    return ofRooms(request, request.word("building", 2), 4);
  }

  /**
   * @param place index of the segment after {@code rooms} in the path
   */
  private Future<? extends Reply> ofRooms(RestRequest request, String building, int place) {
    var words = request.segments();
    int left = words.size() - place;
    if (left == 0) return page(request, building);
    var room =
        Parameters.read(
            "room", text -> new RoomName(building, PathSegment.decode(text)), words.get(place));
    if (left == 1) {
      request.parameters(List.of());
      return room(room);
    }
    var quantity = request.word("quantity", place + 1);
    return average(room, quantity, request.parameters(OF_AN_AVERAGE));
  }

  private static String after(Parameters parameters) {
    if (!parameters.has("after")) return "";
    return parameters.read("after", "", word -> SeriesName.checkWord("after", word));
  }

  private Future<Reply> page(RestRequest request, String building) {
    var parameters = request.parameters(OF_A_PAGE);
    int first = parameters.count("first", Rooms.DEFAULT_PAGE, Rooms.MAX_PAGE);
    return rooms
        .page(building, after(parameters), first)
        .compose(page -> rooms.averages(page).map(all -> page(request, parameters, page, all)));
  }

  private static Reply page(
      RestRequest request,
      Parameters parameters,
      GroupPage<RoomRow> page,
      List<RollingAverage> averages) {
    var links = links(request, parameters, page.last(row -> row.name().room()));
    return Reply.Document.json(RoomText.rooms(page.rows(), averages, links.get("next")), links);
  }

  /**
   * @param last of the page; null if nothing follows
   */
  private static Map<String, String> links(
      RestRequest request, Parameters parameters, String last) {
    return last == null
        ? Map.of()
        : Map.of("next", request.link(parameters, Map.of("after", last)));
  }

  private Future<Reply> buildings(RestRequest request) {
    var parameters = request.parameters(OF_A_PAGE);
    int first = parameters.count("first", Rooms.DEFAULT_PAGE, Rooms.MAX_PAGE);
    return rooms
        .buildings(after(parameters), first)
        .map(
            page -> {
              var links = links(request, parameters, page.last(name -> name));
              return Reply.Document.json(RoomText.buildings(page.rows(), links.get("next")), links);
            });
  }

  private Future<Reply> room(RoomName room) {
    return rooms
        .view(room)
        .compose(
            view -> {
              if (!view.isKnown()) return Future.failedFuture(unknown(room));
              return rooms.average(room, Rooms.QUANTITY, Rooms.WINDOW, null).map(view::reply);
            });
  }

  private static ProblemException unknown(RoomName room) {
    return new ProblemException(
        ProblemKind.UNKNOWN_ROOM,
        "room",
        "nothing was ever stored of the room \""
            + room.room()
            + "\""
            + (room.building() == null ? "" : " of the building \"" + room.building() + "\""));
  }

  private Future<Reply> secondSpelling(RestRequest request) {
    var parameters = request.parameters(OF_THE_SECOND_SPELLING);
    var building =
        parameters.has("building_id")
            ? parameters.read("building_id", "", text -> SeriesName.checkWord("building", text))
            : null;
    parameters.required("room_id", "a room's name");
    var room = parameters.read("room_id", "", text -> new RoomName(building, text));
    return average(room, Rooms.QUANTITY, parameters);
  }

  private Future<Reply> average(RoomName room, String quantity, Parameters parameters) {
    Parameters.read("quantity", room::series, quantity);
    var window =
        parameters.duration(
            "window", Rooms.WINDOW, RollingAverages.MIN_WINDOW, RollingAverages.MAX_WINDOW);
    var at = parameters.time("at");
    return rooms
        .isKnown(room)
        .compose(
            known ->
                known
                    ? rooms.average(room, quantity, window, at)
                    : Future.failedFuture(unknown(room)))
        .map(
            average -> {
              // From and to of a window that ends now are those of the question, not the answer.
              var tag =
                  at != null
                      ? null
                      : EntityTag.weak(average.value() + " " + average.count() + " " + window);
              return new Reply.Document(
                  Format.JSON, RoomText.average(room, average), tag, Map.of());
            });
  }
}
