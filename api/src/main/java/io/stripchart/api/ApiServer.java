package io.stripchart.api;

import io.stripchart.api.factories.Factories;
import io.stripchart.api.factories.chart.Charts;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.http.Front;
import io.stripchart.api.http.GraphQlEndpoint;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.live.LiveReadings;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rolling.RollingAverages;
import io.stripchart.api.rooms.Rooms;
import io.stripchart.api.series.SeriesDeletion;
import io.stripchart.api.socket.Sockets;
import io.stripchart.api.stored.DatabaseLink;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.RoomQueries;
import io.stripchart.api.stored.Statements;
import io.stripchart.api.stored.StreamQueries;
import io.stripchart.api.turns.Requester;
import io.stripchart.common.http.Documentation;
import io.stripchart.common.http.Origins;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One HTTP server on one event loop, with everything that answers its requests. */
final class ApiServer extends VerticleBase {
  private static final int STOP_SECONDS = 1;

  private final ApiSettings settings;
  private final int port;
  private final String host;
  private final ApiShared shared;
  private DatabaseLink database;
  private LiveReadings live;
  private RollingAverages rolling;
  private Rooms rooms;
  private Charts charts;
  private HttpServer server;
  private Sockets sockets;
  private Runnable unlisten;

  /**
   * @param port to listen on; several servers share one, also a negative one, which stands for any
   *     free port
   */
  ApiServer(ApiSettings settings, int port, String host, ApiShared shared) {
    this.settings = settings;
    this.port = port;
    this.host = host;
    this.shared = shared;
  }

  @Override
  public Future<?> start() {
    database = new DatabaseLink(vertx, shared.database(), settings.timeout(), shared.slow());
    var queries = new ReadingQueries(vertx, database, shared.metrics(), shared.caches());
    var history = new StreamQueries(database, shared.metrics());
    live =
        new LiveReadings(
            vertx,
            queries,
            history,
            shared.stream(),
            shared.metrics(),
            shared.caches(),
            shared.subscriptions());
    var loop = new KeptLoop(vertx, live.desk(), live::isWhole, live::heard, Clock.systemUTC());
    unlisten = shared.deletions().listen(vertx, live.desk()::deleted);
    rolling =
        new RollingAverages(
            loop, queries, shared.metrics(), shared.caches(), shared.subscriptions());
    rooms =
        new Rooms(
            loop,
            new RoomQueries(database, shared.metrics()),
            rolling,
            shared.metrics(),
            shared.caches());
    var statements = new Statements(database, shared.metrics());
    charts = new Charts(loop, statements, shared.metrics(), shared.caches());
    var factories = new Factories(statements, shared.factories(), charts, shared.caches());
    shared.slow().identity().onChange(context, isAnother -> forget(queries));
    return listen(
        new GraphQlEngine(
            vertx,
            shared.schema(),
            limits(),
            Map.of(
                ReadingQueries.class,
                queries,
                LiveReadings.class,
                live,
                RollingAverages.class,
                rolling,
                Rooms.class,
                rooms,
                Factories.class,
                factories)),
        places(queries, factories));
  }

  /** State that is valid only while the database is the same. */
  private void forget(ReadingQueries queries) {
    queries.forgetIds();
    live.forgetIds();
    rooms.forgetKnown();
  }

  /** A request may have several statements wait, one after the other. */
  private GraphQlEngine.Limits limits() {
    return new GraphQlEngine.Limits(
        settings.answers().cost(),
        settings.timeout().multipliedBy(2),
        shared.answers(),
        shared.persisted());
  }

  private List<Front.Place> places(ReadingQueries queries, Factories factories) {
    var places = new ArrayList<Front.Place>();
    var deletion = new SeriesDeletion(shared.deletion(), shared.deletions(), shared.metrics());
    for (var served : Served.all(queries, deletion, rooms, factories)) {
      var handler =
          new RestHandler(
              shared.metrics(), shared.answers(), shared.streams(), guarded(served.desk()));
      for (var root : served.roots())
        places.add(new Front.Place(root, served.paths().methods(), handler));
    }
    return places;
  }

  private RestHandler.Desk guarded(RestHandler.Desk desk) {
    var origins = new Origins(settings.origins());
    return request -> {
      request.refuseForeignPages(origins, shared.http().settings());
      return desk.ask(request);
    };
  }

  private RestHandler elsewhere() {
    return new RestHandler(
        shared.metrics(),
        shared.answers(),
        shared.streams(),
        request -> {
          throw new ProblemException(
              ProblemKind.UNKNOWN_PATH, null, "see " + Documentation.DOCS + "/");
        });
  }

  private Future<?> listen(GraphQlEngine engine, List<Front.Place> places) {
    var origins = new Origins(settings.origins());
    var endpoint = new GraphQlEndpoint(engine, shared.metrics());
    server = shared.http().server(vertx, options());
    sockets =
        new Sockets(
            vertx,
            engine,
            origins,
            shared.http().settings(),
            shared.metrics(),
            settings.sockets(),
            shared.slow()::closed);
    sockets.serve(server);
    return vertx
        .executeBlocking(() -> new Documentation(ApiServer.class, "openapi.json"))
        .compose(
            documentation -> {
              var all = new ArrayList<>(places);
              for (var path : Documentation.PATHS)
                all.add(new Front.Place(path, Documentation.METHODS, documentation));
              var front =
                  new Front(vertx, endpoint, all, elsewhere(), origins, shared.http().settings());
              return server
                  .requestHandler(
                      request -> {
                        bind(request);
                        front.handle(request);
                      })
                  .listen(port, host);
            });
  }

  private void bind(HttpServerRequest request) {
    var client = shared.http().settings().client(request.remoteAddress(), request.headers());
    var requester = new Requester(client, request.connection());
    requester.bind();
    request.connection().closeHandler(gone -> shared.slow().closed(requester));
  }

  private static HttpServerOptions options() {
    return Sockets.configure(new HttpServerOptions().setTcpNoDelay(true));
  }

  /** The port that it listens on; once started. */
  int port() {
    return server.actualPort();
  }

  /** Whether the database answers; from any context. */
  Future<Void> probe() {
    var promise = Promise.<Void>promise();
    context.runOnContext(turn -> database.probe().onComplete(promise));
    return promise.future();
  }

  @Override
  public Future<?> stop() {
    shared.slow().identity().remove(context);
    unlisten.run();
    charts.close();
    rooms.close();
    rolling.close();
    live.close();
    sockets.close();
    return server.shutdown(STOP_SECONDS, TimeUnit.SECONDS).eventually(database::close);
  }
}
