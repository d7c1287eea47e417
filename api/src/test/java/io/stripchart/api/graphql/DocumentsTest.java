package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DocumentsTest {
  private final Documents documents =
      new Documents(
          new SchemaGenerator()
              .makeExecutableSchema(
                  new SchemaParser().parse("type Query { a: Query, b: Int }"),
                  RuntimeWiring.MOCKED_WIRING));

  @Test
  void keepsWhatWasPrepared() {
    assertThat(documents.of("{ b }")).isSameAs(documents.of("{ b }"));
  }

  @Test
  void keepsWhatIsSentOftenWhenManyAreSentOnce() {
    var often = documents.of("{ b often: b }");
    for (int i = 0; i < 5 * Documents.MAX_KEPT_CHARACTERS / 1_000; i++) {
      documents.of("{ b" + i + ": b }" + " ".repeat(990));
      // Among 500 that are sent once.
      if (i % 10 == 0) assertThat(documents.of("{ b often: b }")).isSameAs(often);
      assertThat(documents.keptCharacters()).isBetween(1L, (long) Documents.MAX_KEPT_CHARACTERS);
    }
    assertThat(documents.keptCharacters()).isGreaterThan(Documents.MAX_KEPT_CHARACTERS / 2);
    assertThat(documents.of("{ b often: b }")).isSameAs(often);
  }

  @Test
  void keepsNothingLong() {
    var text = "{ b }" + " ".repeat(Documents.MAX_KEPT_LENGTH);
    assertThat(documents.of(text)).isNotSameAs(documents.of(text));
  }

  @Test
  void tellsErrors() {
    assertThat(documents.of("{ c }").getErrors()).hasSize(1);
    assertThat(documents.of("{").getErrors()).hasSize(1);
    assertThat(documents.of("").getErrors()).hasSize(1);
    assertThat(documents.of("{ a { ...F } } fragment F on Query { a { ...F } }").hasErrors())
        .isTrue();
  }

  @Test
  void limitsDigits() {
    var most = "9".repeat(Documents.MAX_DIGITS);
    for (var number : List.of(most, "1." + most + "e9")) {
      assertThat(documents.of("{ b(c: " + number + ") }").getErrors().get(0).getMessage())
          .contains("Unknown field argument");
    }
    for (var number : List.of(most + "9", "0." + most + "9", "1e" + most + "9")) {
      assertThat(documents.of("{ b(c: " + number + ") }").getErrors().get(0).getMessage())
          .isEqualTo("a number has more than 1000 digits");
    }
  }

  @Test
  void limitsTokensAndNesting() {
    assertThat(documents.of("{" + " b".repeat(6_000) + "}").hasErrors()).isTrue();
    assertThat(documents.of("{ a ".repeat(2_000) + "}".repeat(2_000)).hasErrors()).isTrue();
  }
}
