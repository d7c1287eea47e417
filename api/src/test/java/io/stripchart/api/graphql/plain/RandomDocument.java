package io.stripchart.api.graphql.plain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A valid query of random selections: aliases, fragments within fragments, conditions, and fields
 * that are merged, as an alias always means the same field.
 */
final class RandomDocument {
  private static final Map<String, List<String>> LEAVES =
      Map.of(
          "Row",
          List.of("count", "value", "text", "kind", "broken", "computed(by: 2)", "later"),
          "Inner",
          List.of("value", "sure"));

  private static final Map<String, List<String>> OBJECTS =
      Map.of("Row", List.of("inner", "sureInner", "rows"), "Inner", List.of());

  private final List<String> fragments = new ArrayList<>();
  private final Random random;
  private final boolean onlyPlain;

  private RandomDocument(Random random) {
    this.random = random;
    this.onlyPlain = random.nextInt(3) > 0;
  }

  /** With the boolean variables {@code yes} and {@code no}. */
  static String of(Random random) {
    var document = new RandomDocument(random);
    var text = new StringBuilder("query($yes: Boolean!, $no: Boolean!) { ");
    for (var field : List.of("rows", "sureRows", "rowsOrNull")) {
      text.append(document.field("Query", field, "Row", 3));
    }
    if (random.nextBoolean()) text.append("values kinds ");
    text.append("} ");
    // Each variable is used, as a document is not valid otherwise.
    text.append("fragment Both on Query { __typename @include(if: $yes) @skip(if: $no) } ");
    return text.insert(text.indexOf("{ ") + 2, "...Both ") + String.join(" ", document.fragments);
  }

  private String selections(String type, int depth) {
    var text = new StringBuilder("{ ");
    for (int i = random.nextInt(4); i >= 0; i--) text.append(selection(type, depth));
    return text.append("} ").toString();
  }

  private String selection(String type, int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0 -> "... " + condition() + selections(type, depth - 1);
      case 1 -> "... on " + type + " " + condition() + selections(type, depth - 1);
      case 2 -> "..." + fragment(type, depth - 1) + " " + condition();
      case 3, 4, 5 -> object(type, depth);
      case 6 -> alias("__typename") + "__typename " + condition();
      default -> leaf(type);
    };
  }

  private String fragment(String type, int depth) {
    var selections = selections(type, depth);
    var name = "F" + fragments.size();
    fragments.add("fragment " + name + " on " + type + " " + selections);
    return name;
  }

  private String object(String type, int depth) {
    if (OBJECTS.get(type).isEmpty()) return leaf(type);
    var field = pick(OBJECTS.get(type));
    if (field.equals("rows") && onlyPlain) return leaf(type);
    return field(type, field, field.equals("rows") ? "Row" : "Inner", depth - 1);
  }

  private String field(String holder, String field, String type, int depth) {
    var alias = holder.equals("Query") ? "" : alias(field);
    return alias + field + " " + condition() + selections(type, depth);
  }

  private String leaf(String type) {
    var leaves = LEAVES.get(type);
    var field = pick(onlyPlain && leaves.size() > 5 ? leaves.subList(0, 5) : leaves);
    return alias(field.replaceAll("\\W.*", "")) + field + " " + condition();
  }

  private String alias(String field) {
    return random.nextInt(3) == 0 ? field + "_" + random.nextInt(2) + ": " : "";
  }

  private String condition() {
    if (random.nextInt(4) > 0) return "";
    var directive = random.nextBoolean() ? "@skip" : "@include";
    return directive + "(if: " + pick(List.of("$yes", "$no", "true", "false")) + ") ";
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
