package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.introspection.IntrospectionQuery;
import graphql.introspection.IntrospectionQueryBuilder;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import io.stripchart.api.graphql.plain.Component;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class QueryCostTest {
  private static final long LONG = 95_000;
  private static final GraphQLSchema SCHEMA =
      SchemaSource.schema(
          new StoredFields("a.b", Clock.systemUTC()),
          new ControlFields(null, null),
          new LiveFields("a.b"));
  private static final QueryCost COSTS = new QueryCost(SCHEMA, 1_000_000);

  private static long cost(String document, Map<String, Object> variables) {
    var parsed = new Parser().parseDocument(document);
    var operation = parsed.getDefinitionsOfType(OperationDefinition.class).get(0);
    return COSTS.of(parsed, operation, variables).total();
  }

  private static long cost(String document) {
    return cost(document, Map.of());
  }

  @Test
  void knowsWhatEachListAndEachStatementCosts() {
    var unknown = new ArrayList<String>();
    var lists = new ArrayList<String>();
    for (var type : SCHEMA.getAllTypesAsList()) {
      if (!(type instanceof GraphQLObjectType object) || type.getName().startsWith("__")) continue;
      for (var field : object.getFieldDefinitions()) {
        var name = type.getName() + "." + field.getName();
        var declared = field.getAppliedDirective(QueryCost.DIRECTIVE);
        boolean isList = GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()));
        boolean isSized = declared != null && most(declared) > 0;
        if (isList && !isSized && !isSizedByItsPage(object)) lists.add(name);
        var fetcher = SCHEMA.getCodeRegistry().getDataFetcher(object, field);
        if (fetcher instanceof Component<?>) continue;
        if (declared == null || weight(declared) == 0) unknown.add(name);
      }
    }
    assertThat(lists).as("lists without @cost(most:)").isEmpty();
    assertThat(unknown).as("fields that ask somebody, without @cost(weight:)").isEmpty();
  }

  private static int most(GraphQLAppliedDirective directive) {
    return (Integer) directive.getArgument("most").getValue();
  }

  private static int weight(GraphQLAppliedDirective directive) {
    return (Integer) directive.getArgument("weight").getValue();
  }

  /** Whether each field that gives such a page says how many elements it has. */
  private static boolean isSizedByItsPage(GraphQLObjectType page) {
    var givers = new ArrayList<Boolean>();
    for (var type : SCHEMA.getAllTypesAsList()) {
      if (!(type instanceof GraphQLObjectType object)) continue;
      for (var field : object.getFieldDefinitions()) {
        if (!GraphQLTypeUtil.unwrapAll(field.getType()).getName().equals(page.getName())) continue;
        var declared = field.getAppliedDirective(QueryCost.DIRECTIVE);
        givers.add(declared != null && most(declared) > 0);
      }
    }
    return !givers.isEmpty() && !givers.contains(false);
  }

  @Test
  void countsValues() {
    assertThat(cost("{ currentTemperature { value time } }")).isEqualTo(1_000 + 1 + 2);
    assertThat(cost("{ temperatureStatistics { count } }")).isEqualTo(LONG + 1 + 1);
  }

  @Test
  void multipliesByTheElementsOfListsAndPages() {
    assertThat(cost("{ temperatureMeasurements(first: 10) { value } }")).isEqualTo(LONG + 10 + 10);
    assertThat(cost("{ chart(series: \"a\", pixels: 5) { value } }")).isEqualTo(LONG + 20 + 20);
    assertThat(cost("{ series(first: 7) { edges { node { name } } } }"))
        .isEqualTo(LONG + 1 + 7 + 7 + 7);
    assertThat(cost("{ series(first: 7) { nodes { name } } }")).isEqualTo(LONG + 1 + 7 + 7);
    assertThat(
            cost(
                "{ series(first: 7) { nodes { readings(last: 100) { edges { node { value } } } } } }"))
        .isEqualTo(2 * LONG + 1 + 7 + 7 + 3 * 700);
  }

  @Test
  void goesByDefaultsAndByTheMost() {
    assertThat(cost("{ temperatureMeasurements { value } }")).isEqualTo(LONG + 2_000);
    assertThat(cost("{ temperatureMeasurements(first: null) { value } }")).isEqualTo(LONG + 2_000);
    assertThat(cost("{ temperatureMeasurements(first: 2000000000) { value } }"))
        .isEqualTo(LONG + 20_000);
    assertThat(cost("{ temperatureMeasurements(first: -1) { value } }")).isBetween(0L, LONG);
  }

  @Test
  void resolvesVariables() {
    var document = "query A($n: Int = 50) { temperatureMeasurements(first: $n) { value } }";
    assertThat(cost(document, Map.of("n", 3))).isEqualTo(LONG + 6);
    assertThat(cost(document)).isEqualTo(LONG + 100);
    var withNull = new HashMap<String, Object>();
    withNull.put("n", null);
    assertThat(cost(document, withNull)).isEqualTo(LONG + 2_000);
    assertThat(cost(document, Map.of("n", "many"))).isEqualTo(LONG + 20_000);
    var skipped =
        "query A($s: Boolean!) { temperatureStatistics @skip(if: $s) { count } feeds { name } }";
    assertThat(cost(skipped, Map.of("s", false)) - cost(skipped, Map.of("s", true)))
        .isEqualTo(LONG + 2);
  }

  @Test
  void countsBucketsByTheirWindow() {
    var document =
        "query A($w: String!) { series(first: 1) { nodes { buckets(from: \"2026-11-02T00:00:00Z\","
            + " to: \"2026-11-03T00:00:00Z\", width: $w) { mean } } } }";
    long rest = 2 * LONG + 2;
    assertThat(cost(document, Map.of("w", "PT1H")) - rest).isBetween(48L, 54L);
    assertThat(cost(document, Map.of("w", "PT10S")) - rest).isBetween(17_280L, 17_290L);
    // Reported by the field.
    assertThat(cost(document, Map.of("w", "PT1S")) - rest).isEqualTo(2);
    assertThat(cost(document, Map.of("w", "week")) - rest).isEqualTo(2);
    assertThat(cost(document.replace("11-02", "12-02"), Map.of("w", "PT1S")) - rest)
        .isLessThanOrEqualTo(4);
  }

  @Test
  void countsAliasesAndMergesTheRest() {
    assertThat(cost("{ a: temperatureStatistics { count } b: temperatureStatistics { count } }"))
        .isEqualTo(2 * (LONG + 2));
    assertThat(
            cost(
                "{ ...A ...B } fragment A on Query { temperatureStatistics { count } }"
                    + " fragment B on Query { temperatureStatistics { count min } }"))
        .isEqualTo(LONG + 3);
  }

  @Test
  void countsWhatIsPublished() {
    var points = "{time: \"2026-11-02T00:00:00Z\", actual: 1} ".repeat(100);
    assertThat(cost("mutation { appendChartData(id: 1, points: [" + points + "]) { accepted } }"))
        .isEqualTo(1_000 + 1 + 100 * 40 + 1);
    var document =
        "mutation A($p: [ProductionPointInput!]!) { appendChartData(id: 1, points: $p) { accepted } }";
    assertThat(cost(document, Map.of("p", Collections.nCopies(2_000, Map.of()))))
        .isEqualTo(1_000 + 1 + 2_000 * 40 + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Limit of all series of a page together.
        "{ series(first: 100) { edges { cursor node { name readings(first: 1000) { edges { cursor node { series time value } } } } } } }",
        "{ series(first: 10) { nodes { buckets(from: \"2026-11-02T00:00:00Z\", to: \"2026-11-02T02:46:38Z\", width: \"PT1S\") { start count min max mean first last } } } }",
        "{ rooms(first: 100) { edges { node { name sensors { name quantity current { value time } } average { value count } } } } }",
        "{ factories(first: 1000) { nodes { id name attainment chartData(limit: 100) { time actual goal } } } }",
        "{ chart(series: \"a\", from: \"2026-11-02T00:00:00Z\", to: \"2026-11-03T00:00:00Z\", pixels: 10000) { time value } }",
        "{ series(first: 1000) { nodes { name unit current { value } statistics { count min max mean stddev sum first { time value } last { time value } } rollingAverage(window: \"PT1H\") { value } } } }",
      })
  void allowsWhatTheLimitsOfEachFieldAllow(String document) {
    assertThat(cost(document)).isLessThanOrEqualTo(1_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperatureMeasurements(first: 10000) { value }|11",
        "temperatureStatistics { count }|11",
        "rooms { nodes { average { value } } }|10",
        "rooms { nodes { sensors { name } } }|10",
        "factories { nodes { attainment } }|11",
        "factories { nodes { chartData { actual } } }|11",
        "series { totalCount nodes { name } }|11",
        "rollingAverage(series: \"a\", window: \"PT1S\") { value }|11",
      })
  void refusesManyAliasesOfWhateverReadsMuch(String field, int times) {
    var document = new StringBuilder("{");
    for (int i = 0; i < times; i++) document.append(" a").append(i).append(": ").append(field);
    assertThat(cost(document + " }")).isGreaterThan(1_000_000);
    assertThat(cost("{ " + field + " }")).isLessThan(300_000);
  }

  @Test
  void namesTheCostTheLimitAndTheMostExpensiveFields() {
    var document =
        new Parser()
            .parseDocument(
                "{ series(first: 1000) { nodes { name buckets(from: \"2026-11-02T00:00:00Z\","
                    + " to: \"2026-11-03T00:00:00Z\", width: \"PT1M\") { mean } } } }");
    var operation = document.getDefinitionsOfType(OperationDefinition.class).get(0);
    var problem = COSTS.problem(document, operation, Map.of()).orElseThrow();
    assertThat(problem.getMessage())
        .startsWith("the request costs 3,")
        .contains("at most 1,000,000", "series.nodes.buckets 2,", "series 97,001");
    assertThat(problem.getExtensions())
        .containsEntry("code", "LIMIT")
        .containsEntry("limit", 1_000_000L)
        .containsKey("cost");
    assertThat(List.copyOf(problem.getExtensions().keySet())).hasSize(3);
  }

  /** The least that the limit can be set to is 100,000. */
  @Test
  void allowsTheIntrospectionOfToolsWhateverTheLimit() {
    var deep = IntrospectionQueryBuilder.Options.defaultOptions().typeRefFragmentDepth(9);
    for (var query :
        List.of(IntrospectionQuery.INTROSPECTION_QUERY, IntrospectionQueryBuilder.build(deep))) {
      assertThat(DocumentLimits.problem(new Parser().parseDocument(query))).isEmpty();
      assertThat(cost(query)).isBetween(5_000L, 100_000L);
    }
  }

  @Test
  void countsIntrospectionByTheSizeOfTheSchema() {
    assertThat(cost("{ __typename }")).isEqualTo(1);
    long types = cost("{ __schema { types { name } } }") / 6;
    assertThat(types).isEqualTo(SCHEMA.getAllTypesAsList().size());
    var nested = "fields { type { fields { type { fields { type { fields { name } } } } } } }";
    assertThat(cost("{ __schema { types { " + nested + " } } }")).isGreaterThan(100_000);
    assertThat(cost("{ a: __type(name: \"Query\") { name } b: __type(name: \"Query\") { name } }"))
        .isEqualTo(2 * 6);
  }
}
