package io.stripchart.api.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.language.SelectionSetContainer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much a document may ask for, before it is validated; {@link QueryCost} looks at it after
 * that. Fields of fragments count where they are spread, so that small texts cannot ask for much.
 * Introspection has a depth of its own, as the usual tools' query is deep.
 */
final class DocumentLimits {
  static final int MAX_DEPTH = 12;
  static final int MAX_INTROSPECTION_DEPTH = 20;
  static final int MAX_FIELDS = 500;
  static final int MAX_ALIASES = 100;

  /** Fields, fragments and spreads as they are written, in all operations together. */
  static final int MAX_WRITTEN = 1_000;

  private final Map<String, FragmentDefinition> fragments = new HashMap<>();

  private final Map<String, Cost> costs = new HashMap<>();

  private record Cost(int depth, int introspectionDepth, long fields, long aliases) {
    static final Cost NONE = new Cost(0, 0, 0, 0);

    Cost and(Cost other) {
      return new Cost(
          Math.max(depth, other.depth),
          Math.max(introspectionDepth, other.introspectionDepth),
          bounded(fields + other.fields),
          bounded(aliases + other.aliases));
    }

    Cost asIntrospection() {
      return new Cost(0, Math.max(depth, introspectionDepth), fields, aliases);
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
    int written = written(document);
    if (written > MAX_WRITTEN) return Optional.of(exceeded("selections", MAX_WRITTEN, written));
    var limits = new DocumentLimits(document);
    for (var operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      var problem = problem(limits.cost(operation.getSelectionSet()));
      if (problem != null) return Optional.of(problem);
    }
    // Validation takes as long for those that no operation spreads.
    for (var fragment : limits.fragments.values()) {
      var cost = limits.cost(fragment.getSelectionSet());
      boolean introspects = fragment.getTypeCondition().getName().startsWith("__");
      var problem = problem(introspects ? cost.asIntrospection() : cost);
      if (problem != null) return Optional.of(problem);
    }
    return Optional.empty();
  }

  /** Validation also takes time for fragments that are not used. */
  private static int written(Document document) {
    int written = document.getDefinitions().size();
    for (Object definition : document.getDefinitions()) {
      if (definition instanceof SelectionSetContainer<?> container) written += written(container);
    }
    return written;
  }

  /** Nested no deeper than the parser allows. */
  private static int written(SelectionSetContainer<?> container) {
    if (container.getSelectionSet() == null) return 0;
    int written = 0;
    for (Object selection : container.getSelectionSet().getSelections()) {
      written++;
      if (selection instanceof SelectionSetContainer<?> inner) written += written(inner);
    }
    return written;
  }

  private static String problem(Cost cost) {
    if (cost.depth > MAX_DEPTH) return exceeded("depth", MAX_DEPTH, cost.depth);
    if (cost.introspectionDepth > MAX_INTROSPECTION_DEPTH) {
      return exceeded("depth of introspection", MAX_INTROSPECTION_DEPTH, cost.introspectionDepth);
    }
    if (cost.fields > MAX_FIELDS) return exceeded("fields", MAX_FIELDS, cost.fields);
    return cost.aliases <= MAX_ALIASES ? null : exceeded("aliases", MAX_ALIASES, cost.aliases);
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
    int deepest = Math.max(inner.depth, inner.introspectionDepth) + 1;
    boolean introspects = field.getName().startsWith("__");
    if (introspects || inner.introspectionDepth > 0) {
      return new Cost(
          inner.depth == 0 || introspects ? 0 : inner.depth + 1,
          deepest,
          inner.fields + 1,
          aliases);
    }
    return new Cost(inner.depth + 1, 0, inner.fields + 1, aliases);
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
