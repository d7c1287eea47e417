package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.introspection.IntrospectionQuery;
import graphql.introspection.IntrospectionQueryBuilder;
import graphql.parser.Parser;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DocumentLimitsTest {

  private static Optional<String> problem(String text) {
    return DocumentLimits.problem(new Parser().parseDocument(text));
  }

  private static String nested(String field, int depth) {
    return ("{ " + field + " ").repeat(depth) + "}".repeat(depth);
  }

  @Test
  void allowsTwelveLevels() {
    assertThat(problem(nested("a", 12))).isEmpty();
    assertThat(problem(nested("a", 13)))
        .contains("the document asks for too much: depth at most 12, is 13");
  }

  @Test
  void countsTheLevelsOfFragments() {
    assertThat(problem("{ ...F } fragment F on Query " + nested("a", 13))).isPresent();
    assertThat(problem("{ ... on Query { ... on Query " + nested("a", 12) + "} }")).isEmpty();
  }

  @Test
  void countsFragmentsThatNobodySpreads() {
    assertThat(problem("{ a } fragment F on Query " + nested("a", 13))).isPresent();
    var doubled = new StringBuilder("{ a } fragment F0 on Query { a }");
    for (int i = 1; i < 20; i++) {
      doubled.append(
          " fragment F%d on Query { a: b { ...F%d } c: b { ...F%d } }".formatted(i, i - 1, i - 1));
    }
    assertThat(problem(doubled.toString())).isPresent();
  }

  @Test
  void allowsTheStandardIntrospection() {
    assertThat(problem(IntrospectionQuery.INTROSPECTION_QUERY)).isEmpty();
    var deep = IntrospectionQueryBuilder.Options.defaultOptions().typeRefFragmentDepth(9);
    assertThat(problem(IntrospectionQueryBuilder.build(deep))).isEmpty();
  }

  @Test
  void limitsIntrospectionToo() {
    assertThat(problem("{ __schema { types " + nested("ofType", 20) + " } }"))
        .hasValueSatisfying(text -> assertThat(text).contains("introspection"));
  }

  @Test
  void countsFieldsWhereFragmentsAreSpread() {
    var bomb = new StringBuilder("{ ...F0 }");
    for (int i = 0; i < 60; i++) {
      bomb.append(" fragment F%d on Query { ...F%d ...F%d }".formatted(i, i + 1, i + 1));
    }
    bomb.append(" fragment F60 on Query { a }");
    assertThat(problem(bomb.toString()))
        .hasValueSatisfying(text -> assertThat(text).contains("fields at most 500"));
  }

  @Test
  void countsWhatNoOperationReaches() {
    var fields = " on Query { " + "a ".repeat(498) + "}";
    var unused = "fragment F" + fields + " fragment G" + fields;
    assertThat(problem("{ a } " + unused)).isEmpty();
    assertThat(problem("{ a b } " + unused))
        .contains("the document asks for too much: selections at most 1000, is 1001");
    assertThat(problem("{ a } " + "query Q { a } ".repeat(500)))
        .hasValueSatisfying(text -> assertThat(text).contains("selections"));
  }

  @Test
  void countsFragmentsThatValidationRefusesAsNone() {
    assertThat(problem("{ ...Missing }")).isEmpty();
    assertThat(problem("{ ...F } fragment F on Query { a ...F ...G } fragment G on Query { ...F }"))
        .isEmpty();
  }

  @Test
  void limitsAliases() {
    var aliases = new StringBuilder("{");
    for (int i = 0; i < 101; i++) aliases.append(" a").append(i).append(": a");
    assertThat(problem(aliases + " }"))
        .contains("the document asks for too much: aliases at most 100, is 101");
  }
}
