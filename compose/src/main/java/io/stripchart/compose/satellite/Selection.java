package io.stripchart.compose.satellite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The selection of the satellite's only field, as in {@code subscription { temperature }}. A
 * satellite has no room for a GraphQL engine, so it parses only this.
 *
 * @param answerName the field's alias, or its own name
 */
record Selection(String answerName) {
  private static final String FIELD = "temperature";
  private static final int MAX_CHARACTERS = 1_000;
  private static final Pattern IGNORED = Pattern.compile("[\\s,\\uFEFF]+|#[^\\r\\n]*");
  private static final Pattern TOKEN = Pattern.compile("[_A-Za-z][_0-9A-Za-z]*|[{}:]");
  private static final Pattern NAME = Pattern.compile("[_A-Za-z][_0-9A-Za-z]*");

  /**
   * @throws IllegalArgumentException with a message for the client
   */
  static Selection of(String query) {
    if (query.length() > MAX_CHARACTERS)
      throw new IllegalArgumentException(
          "The query has more than " + MAX_CHARACTERS + " characters.");
    return new Reader(tokens(query)).selection();
  }

  private static List<String> tokens(String query) {
    var tokens = new ArrayList<String>();
    var ignored = IGNORED.matcher(query);
    var token = TOKEN.matcher(query);
    int at = 0;
    while (at < query.length()) {
      if (ignored.region(at, query.length()).lookingAt()) {
        at = ignored.end();
      } else if (token.region(at, query.length()).lookingAt()) {
        tokens.add(token.group());
        at = token.end();
      } else {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Syntax error: \"%s\" at character %d; the satellite understands: subscription { %s }",
                query.charAt(at),
                at + 1,
                FIELD));
      }
    }
    return tokens;
  }

  private static final class Reader {
    private final List<String> tokens;
    private int at;

    private Reader(List<String> tokens) {
      this.tokens = tokens;
    }

    private Selection selection() {
      if (!next("subscription"))
        throw new IllegalArgumentException("The satellite answers subscriptions only.");
      if (isName()) at++;
      expect("{");
      var answerName = name();
      var field = next(":") ? name() : answerName;
      if (!field.equals(FIELD))
        throw new IllegalArgumentException(
            "Cannot query field \"%s\" on type \"Subscription\". It has: %s."
                .formatted(field, FIELD));
      if (peek().equals("{"))
        throw new IllegalArgumentException(
            "Field \"%s\" is a Float and has no selection.".formatted(FIELD));
      if (isName())
        throw new IllegalArgumentException("A subscription must select one field only.");
      expect("}");
      if (at < tokens.size())
        throw new IllegalArgumentException("Syntax error: \"" + peek() + "\" after the end.");
      return new Selection(answerName);
    }

    private String peek() {
      return at < tokens.size() ? tokens.get(at) : "";
    }

    private boolean isName() {
      return NAME.matcher(peek()).matches();
    }

    private boolean next(String token) {
      if (!peek().equals(token)) return false;
      at++;
      return true;
    }

    private void expect(String token) {
      if (!next(token)) throw missing(token);
    }

    private String name() {
      if (!isName()) throw missing("a field");
      return tokens.get(at++);
    }

    private IllegalArgumentException missing(String what) {
      var found = peek().isEmpty() ? "the end" : "\"" + peek() + "\"";
      return new IllegalArgumentException("Syntax error: expected " + what + ", found " + found);
    }
  }
}
