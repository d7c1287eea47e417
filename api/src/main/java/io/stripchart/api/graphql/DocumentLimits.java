package io.stripchart.api.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much a document may ask for. Fields of fragments count where they are spread, so that small
 * texts cannot ask for much. Introspection has a depth of its own, as the usual tools' query is
 * deep.
 */
final class DocumentLimits {
  static final int MAX_DEPTH = 12;
  static final int MAX_INTROSPECTION_DEPTH = 20;
  static final int MAX_FIELDS = 500;
  static final int MAX_ALIASES = 100;
  static final int MAX_SLOW = 10;

  /** Each of them may have the database read many rows. */
  private static final Set<String> SLOW =
      Set.of(
          "temperatureStatistics",
          "temperatureMeasurements",
          "statistics",
          "chart",
          "series",
          "buckets",
          "readings",
          "rollingAverage");

  private final Map<String, FragmentDefinition> fragments = new HashMap<>();

  private final Map<String, Cost> costs = new HashMap<>();

  private record Cost(int depth, int introspectionDepth, long fields, long aliases, long slow) {
    static final Cost NONE = new Cost(0, 0, 0, 0, 0);

    Cost and(Cost other) {
      return new Cost(
          Math.max(depth, other.depth),
          Math.max(introspectionDepth, other.introspectionDepth),
          bounded(fields + other.fields),
          bounded(aliases + other.aliases),
          bounded(slow + other.slow));
    }

    /** Fragments that spread fragments grow exponentially. */
    private static long bounded(long count) {
      return Math.min(count, Integer.MAX_VALUE);
    }
  }

  private DocumentLimits(Document document) {
    for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
      fragments.put(fragment.getName(), fragment);
    }
  }

  /**
   * @param document validated or not: fragments that are missing or spread themselves count as none
   * @return which limit it breaks, in words
   */
  static Optional<String> problem(Document document) {
    var limits = new DocumentLimits(document);
    for (var operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      var problem = problem(limits.cost(operation.getSelectionSet()));
      if (problem != null) return Optional.of(problem);
    }
    return Optional.empty();
  }

  private static String problem(Cost cost) {
    if (cost.depth > MAX_DEPTH) return exceeded("depth", MAX_DEPTH, cost.depth);
    if (cost.introspectionDepth > MAX_INTROSPECTION_DEPTH) {
      return exceeded("depth of introspection", MAX_INTROSPECTION_DEPTH, cost.introspectionDepth);
    }
    if (cost.fields > MAX_FIELDS) return exceeded("fields", MAX_FIELDS, cost.fields);
    if (cost.aliases > MAX_ALIASES) return exceeded("aliases", MAX_ALIASES, cost.aliases);
    return cost.slow <= MAX_SLOW
        ? null
        : exceeded(String.join(", ", new TreeSet<>(SLOW)), MAX_SLOW, cost.slow);
  }

  private static String exceeded(String what, int max, long is) {
    return "the document asks for too much: " + what + " at most " + max + ", is " + is;
  }

  private Cost cost(SelectionSet selections) {
    var sum = Cost.NONE;
    if (selections == null) return sum;
    for (Object selection : selections.getSelections()) {
      if (selection instanceof Field field) {
        sum = sum.and(cost(field));
      } else if (selection instanceof InlineFragment inline) {
        sum = sum.and(cost(inline.getSelectionSet()));
      } else if (selection instanceof FragmentSpread spread) {
        sum = sum.and(cost(spread));
      }
    }
    return sum;
  }

  private Cost cost(Field field) {
    var inner = cost(field.getSelectionSet());
    long aliases = inner.aliases + (field.getAlias() == null ? 0 : 1);
    long slow = inner.slow + (isSlow(field) ? 1 : 0);
    int deepest = Math.max(inner.depth, inner.introspectionDepth) + 1;
    boolean introspects = field.getName().startsWith("__");
    if (introspects || inner.introspectionDepth > 0) {
      return new Cost(
          inner.depth == 0 || introspects ? 0 : inner.depth + 1,
          deepest,
          inner.fields + 1,
          aliases,
          slow);
    }
    return new Cost(inner.depth + 1, 0, inner.fields + 1, aliases, slow);
  }

  /** A reading's own series is a name. */
  private static boolean isSlow(Field field) {
    return field.getSelectionSet() != null && SLOW.contains(field.getName());
  }

  private Cost cost(FragmentSpread spread) {
    var known = costs.get(spread.getName());
    if (known == null) {
      costs.put(spread.getName(), Cost.NONE);
      var fragment = fragments.get(spread.getName());
      known = fragment == null ? Cost.NONE : cost(fragment.getSelectionSet());
      costs.put(spread.getName(), known);
    }
    return known;
  }
}
