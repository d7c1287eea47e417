package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.ExecutionResult;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request as a whole has a time limit. */
@Timeout(30)
class GraphQlEngineTest {
  private static final String SCHEMA =
      "type Query { never: Int soon: Int items: [Item!] } type Mutation { never: Int count: Int }"
          + " type Item { failing: Int! failingLater: Int! }";

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger counted = new AtomicInteger();
  private final CompletableFuture<Integer> open = new CompletableFuture<>();
  private final GraphQlEngine engine = engine(Duration.ofMillis(50), 1_000);

  private GraphQlEngine engine(Duration timeout, int bytes) {
    return new GraphQlEngine(
        vertx,
        schema(),
        new GraphQlEngine.Limits(
            1_000, timeout, new AnswerMemory(bytes, bytes), new PersistedQueries(0)),
        Map.of());
  }

  private GraphQLSchema schema() {
    var wiring = RuntimeWiring.newRuntimeWiring();
    wiring.type(
        "Query",
        type ->
            type.dataFetcher("never", environment -> open)
                .dataFetcher("soon", environment -> 1)
                .dataFetcher("items", environment -> Collections.nCopies(20_000, "item")));
    wiring.type(
        "Item",
        type ->
            type.dataFetcher("failing", environment -> fail())
                .dataFetcher(
                    "failingLater",
                    environment -> vertx.timer(1).map(late -> fail()).toCompletionStage()));
    wiring.type(
        "Mutation",
        type ->
            type.dataFetcher("never", environment -> open)
                .dataFetcher("count", environment -> counted.incrementAndGet()));
    return new SchemaGenerator()
        .makeExecutableSchema(new SchemaParser().parse(SCHEMA), wiring.build());
  }

  private Object fail() {
    counted.incrementAndGet();
    throw new ApiException(ApiException.Code.BAD_ARGUMENT, "no");
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private ExecutionResult answer(String document) throws Exception {
    return answer(engine, document);
  }

  private ExecutionResult answer(GraphQlEngine engine, String document) throws Exception {
    var prepared = engine.prepare(new GraphQlRequest(document, null, Map.of()));
    assertThat(prepared.errors()).isEmpty();
    return Future.<ExecutionResult>future(
            answer ->
                vertx.runOnContext(
                    turn ->
                        engine.execute(prepared, new Missed(), engine.budget()).onComplete(answer)))
        .await(20, TimeUnit.SECONDS);
  }

  @Test
  void givesUpOnAQueryThatIsNotAnsweredInTime() throws Exception {
    var answer = answer("{ soon never }");
    assertThat(answer.isDataPresent()).isFalse();
    assertThat(answer.getErrors().get(0).getMessage())
        .isEqualTo("the request was not answered within PT0.05S");
    assertThat(answer.getErrors().get(0).getExtensions()).containsEntry("code", "TIMEOUT");
  }

  @Test
  void executesNoFurtherMutationOnceItHasGivenUp() throws Exception {
    var answer = answer("mutation { count never again: count }");
    assertThat(answer.getErrors().get(0).getMessage())
        .endsWith("; part of what it was to change may be changed");
    open.complete(1);
    assertThat(counted).hasValue(1);
  }

  @Test
  void answersInTime() throws Exception {
    assertThat(answer("{ soon }").getErrors()).isEmpty();
  }

  @Test
  void refusesAnAnswerWithTooManyFailures() throws Exception {
    for (var field : List.of("failing", "failingLater")) {
      counted.set(0);
      var engine = engine(Duration.ofSeconds(20), 100_000_000);
      var answer = answer(engine, "{ items { " + field + " } }");
      assertThat(answer.getErrors()).hasSize(1);
      assertThat(answer.getErrors().get(0).getMessage())
          .isEqualTo("more than 1,000 fields failed, the last one with: no");
      assertThat(answer.getErrors().get(0).getExtensions()).containsEntry("code", "LIMIT");
      if (field.equals("failing")) assertThat(counted).hasValue(1_001);
    }
  }
}
