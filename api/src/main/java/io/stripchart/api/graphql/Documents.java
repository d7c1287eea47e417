package io.stripchart.api.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.ParseAndValidate;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.validation.ValidationError;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Documents, parsed, validated and within the limits; those that were used lately are kept. Belongs
 * to one context.
 */
final class Documents {
  static final int MAX_TOKENS = 5_000;

  /** Of a number. The time to read and to print a number grows with the square of its digits. */
  static final int MAX_DIGITS = 1_000;

  private static final Pattern LONG_NUMBER =
      Pattern.compile("(?<![0-9])[0-9]{" + (MAX_DIGITS + 1) + "}");

  /** Of all that are kept: parsed, a text takes fifty times its size. */
  static final int MAX_KEPT_CHARACTERS = 100_000;

  /** Longer texts are not kept. */
  static final int MAX_KEPT_LENGTH = 4_000;

  private static final Pattern RULE =
      Pattern.compile("^Validation error \\(\\w+(@\\[[^]]*])?\\) : ");

  /** An argument as graphql-java prints it, {@code StringValue{value='…'}}, and what follows it. */
  private static final Pattern TREE =
      Pattern.compile(
          " with value '.*?' (must not be null|must be an object type|is not a valid '|is missing"
              + " required fields '|contains a field not in ')",
          Pattern.DOTALL);

  private static final Pattern NODE = Pattern.compile("'(\\w+)Value'");

  private static final ParserOptions LIMITS =
      ParserOptions.newParserOptions()
          .captureSourceLocation(true)
          .captureIgnoredChars(false)
          .captureLineComments(false)
          .maxTokens(MAX_TOKENS)
          .maxWhitespaceTokens(RequestJson.MAX_QUERY)
          .maxCharacters(RequestJson.MAX_QUERY)
          .maxRuleDepth(200)
          .build();

  private final GraphQLSchema schema;

  /** One that is sent once takes no place of one that is sent often. */
  private final Cache<String, PreparsedDocumentEntry> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEPT_CHARACTERS)
          .weigher((String text, PreparsedDocumentEntry entry) -> text.length())
          .executor(Runnable::run)
          .build();

  Documents(GraphQLSchema schema) {
    this.schema = schema;
  }

  /**
   * @return with errors if it cannot be executed
   */
  PreparsedDocumentEntry of(String text) {
    var entry = kept.getIfPresent(text);
    if (entry != null) return entry;
    entry = prepare(text);
    if (!entry.hasErrors() && text.length() <= MAX_KEPT_LENGTH) kept.put(text, entry);
    return entry;
  }

  /** For tests. */
  long keptCharacters() {
    return kept.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  private PreparsedDocumentEntry prepare(String text) {
    if (LONG_NUMBER.matcher(text).find()) {
      return new PreparsedDocumentEntry(
          new Failure("a number has more than " + MAX_DIGITS + " digits"));
    }
    var input =
        ExecutionInput.newExecutionInput(text)
            .graphQLContext(Map.of(ParserOptions.class, LIMITS))
            .locale(Locale.ENGLISH)
            .build();
    var parsed = ParseAndValidate.parse(input);
    if (parsed.isFailure()) {
      return new PreparsedDocumentEntry(parsed.getSyntaxException().toInvalidSyntaxError());
    }
    // First, as validating takes longer the more a document asks for.
    var problem = DocumentLimits.problem(parsed.getDocument());
    if (problem.isPresent()) return new PreparsedDocumentEntry(new Failure(problem.get()));
    var errors = ParseAndValidate.validate(schema, parsed.getDocument(), Locale.ENGLISH);
    return errors.isEmpty()
        ? new PreparsedDocumentEntry(parsed.getDocument())
        : new PreparsedDocumentEntry(errors.stream().map(Documents::told).toList());
  }

  private static GraphQLError told(ValidationError error) {
    var locations = error.getLocations();
    return new Failure(
        inPlainWords(error.getMessage()),
        null,
        null,
        locations == null || locations.isEmpty() ? null : locations.get(0));
  }

  /** Without what graphql-java tells of itself: the name of its rule, and its syntax tree. */
  private static String inPlainWords(String message) {
    var text = RULE.matcher(message).replaceFirst("");
    text = TREE.matcher(text).replaceFirst(" $1").replace("an AST type of ", "");
    return NODE.matcher(text).replaceAll("'$1'");
  }
}
