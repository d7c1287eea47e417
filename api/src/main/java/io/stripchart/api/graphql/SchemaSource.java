package io.stripchart.api.graphql;

import static java.nio.charset.StandardCharsets.UTF_8;

import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.stripchart.api.AnswerMemory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;

/** The schema's text, and the schema that it becomes with the fields' functions. */
public final class SchemaSource {
  /** As it is served. */
  public static final String TEXT = read();

  private static final String WARM_UP =
      """
      query WarmUp($type: String!) { ...Known feeds { name since } }
      fragment Known on Query { __typename __type(name: $type) { name fields { name } } }\
      """;

  private SchemaSource() {}

  private static String read() {
    try (var resource = SchemaSource.class.getResourceAsStream("schema.graphqls")) {
      return new String(resource.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Takes seconds on a busy machine, so never call it on an event loop. The result may be used by
   * any thread.
   */
  public static GraphQLSchema schema(
      Vertx vertx, StoredFields stored, ControlFields control, LiveFields live) {
    var schema = schema(stored, control, live);
    warmUp(vertx, schema);
    return schema;
  }

  static GraphQLSchema schema(StoredFields stored, ControlFields control, LiveFields live) {
    var wiring = RuntimeWiring.newRuntimeWiring();
    wiring.scalar(DateTimeScalar.TYPE).scalar(LongScalar.TYPE);
    stored.wire(wiring);
    control.wire(wiring);
    live.wire(wiring);
    RollingFields.wire(wiring);
    RoomFields.wire(wiring);
    FactoryFields.wire(wiring);
    FactoryMutations.wire(wiring);
    return new SchemaGenerator()
        .makeExecutableSchema(new SchemaParser().parse(TEXT), wiring.build());
  }

  /** The first request loads half of the library; better here than on an event loop. */
  private static void warmUp(Vertx vertx, GraphQLSchema schema) {
    var limits =
        new GraphQlEngine.Limits(
            Long.MAX_VALUE,
            Duration.ofMinutes(1),
            new AnswerMemory(1 << 20, 1 << 20),
            new PersistedQueries(0));
    var engine = new GraphQlEngine(vertx, schema, limits, Map.of());
    var prepared = engine.prepare(new GraphQlRequest(WARM_UP, null, Map.of("type", "Query")));
    if (!prepared.errors().isEmpty()) throw new IllegalStateException("" + prepared.errors());
    var budget = engine.budget();
    var answer = engine.execute(prepared, new Missed(), budget);
    if (!answer.succeeded() || !answer.result().getErrors().isEmpty()) {
      throw new IllegalStateException("the schema does not answer", answer.cause());
    }
    ResultJson.answer(budget, answer.result());
  }
}
