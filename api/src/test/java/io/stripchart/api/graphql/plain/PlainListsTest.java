package io.stripchart.api.graphql.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.ExecutionStrategy;
import graphql.execution.SimpleDataFetcherExceptionHandler;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.graphql.ResultJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PlainListsTest {
  private static final String SCHEMA =
      """
      type Query {
        rows: [Row!]
        sureRows: [Row!]!
        rowsOrNull: [Row]
        values: [Float]
        kinds: [Kind!]
      }
      enum Kind { ONE OTHER }
      type Row {
        count: Int!
        value: Float
        text: String!
        kind: Kind
        broken: Int
        inner: Inner
        sureInner: Inner!
        computed(by: Int!): Int
        later: Int
        rows: [Row!]
      }
      type Inner { value: Float sure: Float! }
      """;

  /** Whatever is null here may stand where it must not. */
  private record Row(Integer count, Object value, String text, Object kind, Inner inner) {
    Object broken() {
      if (text == null) throw new IllegalArgumentException("has no text");
      return text.length();
    }
  }

  private record Inner(Object value, Object sure) {}

  private final Random random = new Random();
  private List<Row> rows = List.of();
  private final AtomicInteger computed = new AtomicInteger();
  private boolean sound;

  private static <S> DataFetcher<Object> component(Class<S> type, Function<S, Object> component) {
    return new Component<>(type, component);
  }

  private GraphQLSchema schema() {
    var wiring = RuntimeWiring.newRuntimeWiring();
    wiring.type(
        "Query",
        query ->
            query
                .dataFetcher("rows", environment -> rows)
                .dataFetcher("sureRows", environment -> rows)
                .dataFetcher("rowsOrNull", environment -> rows)
                .dataFetcher("values", environment -> rows.stream().map(Row::value).toList())
                .dataFetcher("kinds", environment -> rows.stream().map(Row::kind).toList()));
    wiring.type(
        "Row",
        row ->
            row.dataFetcher("count", component(Row.class, Row::count))
                .dataFetcher("value", component(Row.class, Row::value))
                .dataFetcher("text", component(Row.class, Row::text))
                .dataFetcher("kind", component(Row.class, Row::kind))
                .dataFetcher("broken", component(Row.class, Row::broken))
                .dataFetcher("inner", component(Row.class, Row::inner))
                .dataFetcher("sureInner", component(Row.class, Row::inner))
                .dataFetcher(
                    "computed",
                    environment -> {
                      computed.incrementAndGet();
                      return environment.getArgument("by");
                    })
                .dataFetcher("later", environment -> CompletableFuture.completedFuture(7))
                .dataFetcher("rows", environment -> rows.subList(0, Math.min(2, rows.size()))));
    wiring.type(
        "Inner",
        inner ->
            inner
                .dataFetcher("value", component(Inner.class, Inner::value))
                .dataFetcher("sure", component(Inner.class, Inner::sure)));
    return new SchemaGenerator()
        .makeExecutableSchema(new SchemaParser().parse(SCHEMA), wiring.build());
  }

  private final GraphQLSchema schema = schema();
  private final GraphQL ours = engine(new PlainLists(new SimpleDataFetcherExceptionHandler()));
  private final GraphQL usual =
      engine(new AsyncExecutionStrategy(new SimpleDataFetcherExceptionHandler()));

  private GraphQL engine(ExecutionStrategy strategy) {
    return GraphQL.newGraphQL(schema).queryExecutionStrategy(strategy).build();
  }

  private static ExecutionResult answer(GraphQL engine, String document) {
    return engine.execute(
        ExecutionInput.newExecutionInput(document)
            .variables(Map.of("yes", true, "no", false))
            .graphQLContext(Map.of(AnswerBudget.class, AnswerBudget.uncounted()))
            .build());
  }

  private static String json(ExecutionResult answer) {
    var written = ResultJson.answer(AnswerBudget.uncounted(), answer);
    return new String(written.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void answersEveryQuestionAsGraphQlJavaDoes() {
    int direct = 0;
    int failed = 0;
    for (int i = 0; i < 400; i++) {
      rows = randomRows();
      var document = RandomDocument.of(random);
      var answer = answer(ours, document);
      assertThat(json(answer))
          .as("%s of %s", document, rows)
          .isEqualTo(json(answer(usual, document)));
      assertThat(answer.isDataPresent()).as("%s: %s", document, answer.getErrors()).isTrue();
      if (isDirect(answer)) direct++;
      if (!answer.getErrors().isEmpty()) failed++;
    }
    assertThat(direct).isGreaterThan(60);
    assertThat(failed).isGreaterThan(20);
  }

  private static boolean isDirect(ExecutionResult answer) {
    Map<String, Object> data = answer.getData();
    return data != null && data.values().stream().anyMatch(JsonPieces.class::isInstance);
  }

  private List<Row> randomRows() {
    sound = random.nextBoolean();
    var some = new ArrayList<Row>();
    for (int i = random.nextInt(5); i > 0; i--) some.add(orNull(randomRow()));
    return random.nextInt(20) == 0 && !sound ? null : some;
  }

  private Row randomRow() {
    return new Row(
        orNull(random.nextInt()),
        number(),
        orNull("\"ü\n" + random.nextInt()),
        sound || random.nextInt(9) > 0 ? "OTHER" : "NEITHER",
        orNull(new Inner(number(), number())));
  }

  private Object number() {
    var some = Arrays.asList(random.nextDouble(), 1e300, -0.0, 5, Double.NaN, "x", null);
    return some.get(random.nextInt(sound || random.nextInt(3) > 0 ? 4 : some.size()));
  }

  private <T> T orNull(T value) {
    return sound || random.nextInt(12) > 0 ? value : null;
  }

  @Test
  void completesPlainListsDirectly() {
    rows = List.of(new Row(1, 0.5, "a", "ONE", new Inner(null, 2)));
    var answer = answer(ours, "{ rows { count inner { value } __typename } values kinds }");
    assertThat(answer.<Map<String, Object>>getData().values())
        .hasOnlyElementsOfType(JsonPieces.class);
    assertThat(json(answer))
        .isEqualTo(
            "{\"data\":{\"rows\":[{\"count\":1,\"inner\":{\"value\":null},\"__typename\":\"Row\"}],"
                + "\"values\":[0.5],\"kinds\":[\"ONE\"]}}");
  }

  private static AnswerBudget budget(AnswerMemory memory) {
    return new AnswerBudget(memory.hold());
  }

  private ExecutionResult answer(AnswerBudget budget, String document) {
    return ours.execute(
        ExecutionInput.newExecutionInput(document)
            .graphQLContext(Map.of(AnswerBudget.class, budget))
            .build());
  }

  @Test
  void stopsWhereTheOutputOfAliasesIsTooLarge() {
    rows = Collections.nCopies(10_000, new Row(1, 0.5, "a", "ONE", null));
    var memory = new AnswerMemory(1_000_000, 10_000_000);
    var aliases = new StringBuilder("{");
    for (int i = 0; i < 100; i++) aliases.append(" a").append(i).append(": rows { text value }");
    var budget = budget(memory);
    answer(budget, aliases + " }");
    assertThat(budget.refusal()).hasMessageContaining("larger than 1,000,000 bytes");
    assertThat(memory.held().get()).isBetween(500_000L, 1_000_000L);
    budget.release();
    assertThat(memory.held()).hasValue(0);
  }

  @Test
  void countsNothingThatIsMadeOfAnAnswerAfterItsRelease() {
    var memory = new AnswerMemory(1_000_000, 10_000_000);
    var budget = budget(memory);
    budget.release();
    assertThatThrownBy(() -> JsonPieces.written(budget, late -> late.json().writeString("late")))
        .isInstanceOf(AnswerBudget.RefusedException.class);
    assertThat(memory.held()).hasValue(0);
  }

  @Test
  void countsALineOnceThoughItIsCompletedTwice() {
    rows = new ArrayList<>(Collections.nCopies(1_000, new Row(1, 0.5, "a", "ONE", null)));
    rows.add(new Row(1, Double.NaN, null, "ONE", null));
    var memory = new AnswerMemory(60_000, 1_000_000);
    var budget = budget(memory);
    // Written directly, all but the last row would have 30,000 bytes.
    var answer = answer(budget, "{ rowsOrNull { text value } }");
    assertThat(budget.refusal()).isNull();
    assertThat(ResultJson.answer(budget, answer).size()).isBetween(20_000L, 60_000L);
  }

  @Test
  void stopsWhereTooManyFieldsAreExecutedOneByOne() {
    rows = Collections.nCopies(30_000, new Row(1, 0.5, "a", "ONE", null));
    var budget = budget(new AnswerMemory(100_000_000, 100_000_000));
    answer(budget, "{ rows { computed(by: 1) other: computed(by: 2) } }");
    assertThat(budget.refusal()).hasMessageContaining("more than 50,000 fields");
  }

  @Test
  void executesNothingAndAddsNoErrorOnceTheAnswerIsRefused() {
    rows = Collections.nCopies(20_000, new Row(1, 0.5, "a", "ONE", null));
    for (var document :
        List.of(
            "{ rows { computed(by: 1) count text } }",
            // The first list is refused for its bytes.
            "{ all: rows { count } rows { computed(by: 1) count text } }")) {
      var budget = budget(new AnswerMemory(100_000, 100_000));
      computed.set(0);
      var answer = answer(budget, document);
      assertThat(budget.refusal()).isNotNull();
      assertThat(answer.getErrors()).hasSize(1);
      assertThat(computed).hasValueLessThan(1_000);
    }
  }

  @Test
  void leavesTheOthersToGraphQlJava() {
    rows = List.of(new Row(1, 0.5, null, "ONE", null));
    for (var field : List.of("later", "computed(by: 1)", "text", "sureInner { sure }", "broken")) {
      assertThat(answer(ours, "{ rowsOrNull { " + field + " } }").<Map<String, Object>>getData())
          .as(field)
          .extractingByKey("rowsOrNull")
          .isInstanceOf(List.class);
    }
  }
}
