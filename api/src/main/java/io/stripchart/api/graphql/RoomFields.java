package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.stripchart.api.rolling.RollingAverage;
import io.stripchart.api.rolling.RollingAverages;
import io.stripchart.api.rooms.GroupPage;
import io.stripchart.api.rooms.RoomName;
import io.stripchart.api.rooms.RoomRow;
import io.stripchart.api.rooms.Rooms;
import io.stripchart.api.rooms.Sensor;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rooms, by the {@link Rooms} of the request's context. */
final class RoomFields {
  private RoomFields() {}

  /**
   * A room.
   *
   * @param row null if it was requested by its name
   */
  private record Node(RoomName name, RoomRow row) {
    String room() {
      return name.room();
    }
  }

  private record Page(GroupPage<RoomRow> rooms, boolean hasPrevious) {
    List<Node> nodes() {
      return rooms.rows().stream().map(row -> new Node(row.name(), row)).toList();
    }

    PageEnds ends() {
      var rows = rooms.rows();
      if (rows.isEmpty()) return new PageEnds(false, hasPrevious, null, null);
      var last = rows.get(rows.size() - 1).name().room();
      return new PageEnds(rooms.hasMore(), hasPrevious, rows.get(0).name().room(), last);
    }
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Query",
        query ->
            query
                .dataFetcher("rooms", later(RoomFields::page))
                .dataFetcher("room", later(RoomFields::room)));
    wiring.type(
        "RoomConnection",
        type ->
            type.dataFetcher("edges", component(Page.class, Page::nodes))
                .dataFetcher("nodes", component(Page.class, Page::nodes))
                .dataFetcher("pageInfo", component(Page.class, Page::ends)));
    wiring.type(
        "RoomEdge",
        type ->
            type.dataFetcher("cursor", component(Node.class, Node::room))
                .dataFetcher("node", component(Node.class, node -> node)));
    wiring.type("Room", RoomFields::wireRoom);
    wiring.type(
        "Sensor",
        type ->
            type.dataFetcher("name", component(Sensor.class, Sensor::name))
                .dataFetcher("quantity", component(Sensor.class, Sensor::quantity))
                .dataFetcher("current", component(Sensor.class, Sensor::current)));
  }

  private static TypeRuntimeWiring.Builder wireRoom(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("name", component(Node.class, Node::room))
        .dataFetcher("building", component(Node.class, node -> node.name().building()))
        .dataFetcher("sensors", RoomFields::sensors)
        .dataFetcher("average", RoomFields::average);
  }

  private static Rooms rooms(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(Rooms.class);
  }

  private static Future<Page> page(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    int first = arguments.count("first", Rooms.DEFAULT_PAGE, 1, Rooms.MAX_PAGE);
    var building = arguments.word("building");
    var after = arguments.word("after");
    return rooms(environment)
        .page(building, after == null ? "" : after, first)
        .map(found -> new Page(found, after != null));
  }

  /** Null if there is none of that name. */
  private static Future<Node> room(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    var building = arguments.word("building");
    var name =
        Arguments.named(
            "name", arguments.required("name", String.class), text -> new RoomName(building, text));
    return rooms(environment).isKnown(name).map(known -> known ? new Node(name, null) : null);
  }

  private static CompletableFuture<List<Sensor>> sensors(DataFetchingEnvironment environment) {
    return SeriesBatches.load(
        Node.class,
        environment,
        nodes -> rooms(environment).sensors(nodes.stream().map(Node::name).toList()));
  }

  private static CompletableFuture<RollingAverage> average(DataFetchingEnvironment environment) {
    return SeriesBatches.load(Node.class, environment, nodes -> averages(environment, nodes));
  }

  private static Future<List<RollingAverage>> averages(
      DataFetchingEnvironment environment, List<Node> nodes) {
    var arguments = new Arguments(environment);
    var window =
        arguments.duration("window", RollingAverages.MIN_WINDOW, RollingAverages.MAX_WINDOW);
    var at = arguments.time("at");
    var quantity = arguments.required("quantity", String.class);
    nodes.forEach(node -> Arguments.named("quantity", quantity, node.name()::series));
    var rooms = rooms(environment);
    if (nodes.stream().allMatch(node -> node.row() != null)) {
      return rooms.averages(nodes.stream().map(Node::row).toList(), quantity, window, at);
    }
    var each =
        nodes.stream().map(node -> rooms.average(node.name(), quantity, window, at)).toList();
    return Future.all(each).map(all -> all.list());
  }
}
