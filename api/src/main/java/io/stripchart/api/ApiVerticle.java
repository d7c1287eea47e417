package io.stripchart.api;

import graphql.schema.GraphQLSchema;
import io.stripchart.api.control.ControlDesk;
import io.stripchart.api.control.DeletionNews;
import io.stripchart.api.control.FeedControl;
import io.stripchart.api.control.KnownFeeds;
import io.stripchart.api.control.Recorder;
import io.stripchart.api.factories.Factories;
import io.stripchart.api.factories.FactoryNews;
import io.stripchart.api.factories.KnownFactories;
import io.stripchart.api.graphql.ControlFields;
import io.stripchart.api.graphql.LiveFields;
import io.stripchart.api.graphql.PersistedQueries;
import io.stripchart.api.graphql.SchemaSource;
import io.stripchart.api.graphql.StoredFields;
import io.stripchart.api.rest.RowStream;
import io.stripchart.api.stored.DatabaseLink;
import io.stripchart.api.stored.DatabaseNotes;
import io.stripchart.api.stored.ReadingDeletion;
import io.stripchart.api.stored.SlowStatements;
import io.stripchart.api.stream.StoredListener;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.api.turns.Subscriptions;
import io.stripchart.common.Surroundings;
import io.stripchart.common.broker.DurableConsumer;
import io.stripchart.common.broker.DurablePublisher;
import io.stripchart.common.broker.Source;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.http.HttpPort;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves GraphQL. Starts whether or not the broker and the database are available; responses tell
 * clients what is unavailable.
 */
public final class ApiVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ApiVerticle.class);
  private static final int MAX_SERVERS = 4;
  private static final int MIN_SLOW_CONNECTIONS = 2;
  private static final int PUBLISHER_CAPACITY = 10_000;
  private static final int MAX_CONTROL_MESSAGES = 10_000;
  private static final int MAX_STORED_MESSAGES = 200;
  private static final List<String> CHECKS =
      List.of("api.http", "api.database", "api.live", "api.control", "api.publisher", "api.clock");
  private static final Duration IDENTIFY = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofMillis(1_500);

  private final ApiSettings settings;
  private final Surroundings surroundings;
  private final StoredStream stream;
  private final Clock clock;
  private final List<ApiServer> servers = new CopyOnWriteArrayList<>();
  private DurablePublisher publisher;
  private DurableConsumer control;
  private DurableConsumer live;
  private SlowStatements slow;
  private DatabaseLink notes;
  private ReadingDeletion deletion;
  private Recorder recorder;
  private DatabaseHealth databaseHealth;
  private long identifying;
  private volatile int port;

  public ApiVerticle(ApiSettings settings, Surroundings surroundings) {
    this(settings, surroundings, new StoredStream(), Clock.systemUTC());
  }

  /**
   * @param stream of this process; empty
   * @param clock by which readings are stamped that are recorded without a time
   */
  ApiVerticle(ApiSettings settings, Surroundings surroundings, StoredStream stream, Clock clock) {
    this.clock = clock;
    this.settings = settings;
    this.surroundings = surroundings;
    this.stream = stream;
  }

  @Override
  public Future<?> start() {
    publisher =
        DurablePublisher.open(
            vertx,
            surroundings.broker(),
            "stripchart api publisher",
            PUBLISHER_CAPACITY,
            surroundings.metrics());
    var metrics = new ApiMetrics(surroundings.metrics());
    var answers = new AnswerMemory(settings.answers().bytes(), settings.answers().totalBytes());
    metrics.answers(answers);
    var database = database();
    slow = new SlowStatements(vertx, database);
    var known = new KnownFactories(System::nanoTime);
    notes = new DatabaseLink(vertx, database, settings.timeout(), slow);
    listenToStored(metrics, known);
    var patience = surroundings.broker().confirmTimeout();
    recorder =
        new Recorder(
            vertx, surroundings.broker(), publisher, patience, clock, surroundings.times());
    var news = new FactoryNews(vertx, publisher, known, patience);
    var factories = new Factories.Shared(known, news, recorder);
    deletion = new ReadingDeletion(vertx, database, settings.timeout());
    var deletions = new DeletionNews(vertx, publisher, patience);
    var fields = new ControlFields(recorder, listenToControl(news, deletions));
    return vertx
        .executeBlocking(() -> schema(fields))
        .compose(
            schema ->
                listen(
                    new ApiShared(
                        schema,
                        database,
                        slow,
                        metrics,
                        answers,
                        new RowStream.Places(),
                        new PersistedQueries(settings.answers().persistedQueries()),
                        stream,
                        factories,
                        CacheLimits.ofThisProcess(serverCount()),
                        new HttpPort(surroundings.http()),
                        new Subscriptions(settings.subscriptions()),
                        deletion,
                        deletions)))
        .onSuccess(listening -> watch())
        .recover(cause -> release().transform(released -> Future.failedFuture(cause)));
  }

  private FeedControl listenToControl(FactoryNews factories, DeletionNews deletions) {
    var feeds = new FeedControl(vertx, publisher, new KnownFeeds(System::nanoTime));
    var desk =
        new ControlDesk()
            .add(FeedControl.BINDINGS, feeds)
            .add(FactoryNews.BINDINGS, factories)
            .add(DeletionNews.BINDINGS, deletions);
    var heard = Source.listening(Topology.CONTROL, desk.bindings(), MAX_CONTROL_MESSAGES);
    control =
        DurableConsumer.open(vertx, surroundings.broker(), "stripchart api control", heard, desk);
    return feeds;
  }

  private GraphQLSchema schema(ControlFields control) {
    var series = settings.defaultSeries();
    return SchemaSource.schema(
        vertx, new StoredFields(series, Clock.systemUTC()), control, new LiveFields(series));
  }

  private void listenToStored(ApiMetrics metrics, KnownFactories factories) {
    var listener = new StoredListener(vertx, stream, new DatabaseNotes(notes, metrics), metrics);
    slow.identity()
        .onChange(
            context,
            isAnother -> {
              factories.changed();
              listener.databaseChanged(isAnother);
            });
    identifying = vertx.setPeriodic(IDENTIFY.toMillis(), look -> identify());
    live =
        DurableConsumer.open(
            vertx,
            surroundings.broker(),
            "stripchart api live",
            Source.listening(Topology.STORED, List.of(""), MAX_STORED_MESSAGES),
            listener);
  }

  private void identify() {
    notes
        .identify()
        .onFailure(cause -> log.debug("event=identify_failed cause=\"{}\"", cause.toString()));
  }

  /**
   * Each server has a connection for short statements; long ones share the others. The database
   * ends a statement itself, a little before it is given up on here.
   */
  private DatabaseSettings database() {
    var all = surroundings.database();
    int slowConnections = Math.max(MIN_SLOW_CONNECTIONS, all.poolSize() - serverCount());
    var limit = settings.timeout().multipliedBy(9).dividedBy(10);
    return new DatabaseSettings(all.uri(), slowConnections, limit);
  }

  private int serverCount() {
    int connected = Math.max(1, surroundings.database().poolSize() - MIN_SLOW_CONNECTIONS);
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(MAX_SERVERS, Math.min(processors, connected));
  }

  private Future<String> listen(ApiShared shared) {
    // To Vert.x a negative port is a free one that the instances of a deployment share.
    int port = settings.port() == 0 ? -1 : settings.port();
    return vertx.deployVerticle(
        () -> {
          var server = new ApiServer(settings, port, surroundings.host(), shared);
          servers.add(server);
          return server;
        },
        new DeploymentOptions().setInstances(serverCount()));
  }

  private void watch() {
    port = servers.get(0).port();
    databaseHealth = new DatabaseHealth(vertx, servers.get(0));
    var health = surroundings.health();
    health.add("api.database", databaseHealth::problem);
    health.add("api.http", Optional::empty);
    health.add("api.live", () -> problem(live, "committed batches are not heard of"));
    health.add("api.control", () -> problem(control, "feeds are not heard of"));
    health.add("api.publisher", this::publisherProblem);
    health.add("api.clock", recorder::problem);
  }

  private static Optional<String> problem(DurableConsumer consumer, String consequence) {
    return consumer.isConsuming()
        ? Optional.empty()
        : Optional.of("the broker is away: " + consequence);
  }

  private Optional<String> publisherProblem() {
    return publisher.problem().map(problem -> problem + ": mutations fail");
  }

  /** The port that it listens on; once deployed. */
  public int port() {
    return port;
  }

  @Override
  public Future<?> stop() {
    databaseHealth.close();
    CHECKS.forEach(surroundings.health()::remove);
    return release();
  }

  private Future<Void> release() {
    vertx.cancelTimer(identifying);
    return Future.join(
            List.of(
                control.close(),
                live.close(),
                notes.close(),
                slow.close(),
                deletion.close(),
                recorder.close(),
                publisher.close(DRAIN)))
        .mapEmpty();
  }
}
