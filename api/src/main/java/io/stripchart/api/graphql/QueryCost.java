package io.stripchart.api.graphql;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import io.stripchart.api.graphql.Fields.SizedFetcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The cost of a request, computed before it runs. Each value of the response costs 1. Elements of
 * lists multiply the cost below them. {@code @cost} of the schema has the number of elements, and
 * the other costs of a field. Merged fields count once, aliases each. Immutable.
 */
final class QueryCost {
  static final String DIRECTIVE = "cost";
  private static final String TYPE_NAME = "__typename";

  /** Beyond it a cost is not exact. */
  private static final long MAX = 1_000_000_000_000L;

  private static final int SHOWN = 3;

  /** Values are not written directly as those of plain lists, which takes so many times longer. */
  private static final int INTROSPECTION = 3;

  private final GraphQLSchema schema;
  private final long limit;
  private final Map<GraphQLFieldDefinition, Rule> rules = new HashMap<>();

  /**
   * The directive {@code @cost} of a field.
   *
   * @param most maximum number of elements; 0 if it has none
   * @param size computes the number from the arguments; null if they do not determine it
   */
  private record Rule(
      long weight, long most, List<String> sizedBy, long times, SizedFetcher size, boolean isList) {
    static final Rule OF_VALUE = new Rule(0, 0, List.of(), 1, null, false);

    boolean isDeclared() {
      return weight > 0 || most > 0;
    }
  }

  /**
   * @param limit of a request
   */
  QueryCost(GraphQLSchema schema, long limit) {
    this.schema = schema;
    this.limit = limit;
    for (var type : schema.getAllTypesAsList()) {
      if (!(type instanceof GraphQLObjectType object)) continue;
      boolean introspects = type.getName().startsWith("__");
      for (var field : object.getFieldDefinitions()) {
        rules.put(field, introspects ? introspection(field) : rule(object, field));
      }
    }
  }

  /** Lists of introspection are counted with their average length in this schema, rounded up. */
  private Rule introspection(GraphQLFieldDefinition field) {
    boolean isList = GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()));
    if (!isList) return Rule.OF_VALUE;
    var types = schema.getAllTypesAsList();
    long size =
        switch (field.getName()) {
          case "types" -> types.size();
          case "directives" -> schema.getDirectives().size();
          case "fields" ->
              average(types, GraphQLFieldsContainer.class, one -> one.getFieldDefinitions().size());
          case "enumValues" -> average(types, GraphQLEnumType.class, one -> one.getValues().size());
          case "inputFields" ->
              average(types, GraphQLInputObjectType.class, one -> one.getFields().size());
          case "args" ->
              average(
                  fields(types), GraphQLFieldDefinition.class, one -> one.getArguments().size());
          // Interfaces and the like, of which there are few.
          default -> 1;
        };
    return new Rule(0, size, List.of(), 1, null, true);
  }

  private static List<GraphQLFieldDefinition> fields(List<GraphQLNamedType> types) {
    return types.stream()
        .filter(GraphQLFieldsContainer.class::isInstance)
        .flatMap(type -> ((GraphQLFieldsContainer) type).getFieldDefinitions().stream())
        .toList();
  }

  private static <T> long average(List<?> all, Class<T> kind, ToIntFunction<T> size) {
    var sizes = all.stream().filter(kind::isInstance).map(kind::cast).mapToInt(size);
    return (long) Math.ceil(sizes.average().orElse(0));
  }

  private Rule rule(GraphQLObjectType holder, GraphQLFieldDefinition field) {
    boolean isList = GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()));
    var directive = field.getAppliedDirective(DIRECTIVE);
    if (directive == null) return isList ? new Rule(0, 0, List.of(), 1, null, true) : Rule.OF_VALUE;
    var fetcher = schema.getCodeRegistry().getDataFetcher(holder, field);
    List<String> sizedBy = value(directive, "sizedBy", List.of());
    return new Rule(
        value(directive, "weight", 0),
        value(directive, "most", 0),
        sizedBy,
        value(directive, "times", 1),
        fetcher instanceof SizedFetcher sized ? sized : null,
        isList);
  }

  private static <T> T value(GraphQLAppliedDirective directive, String name, T otherwise) {
    T value = directive.getArgument(name).getValue();
    return value == null ? otherwise : value;
  }

  /**
   * A cost and its parts.
   *
   * @param parts by the paths of the fields
   */
  record Cost(long total, Map<String, Long> parts) {}

  /**
   * @param document valid
   * @param variables as they were sent
   */
  Cost of(Document document, OperationDefinition operation, Map<String, Object> variables) {
    var walk = new Walk(document, operation, variables);
    var root = root(operation);
    walk.selections(root, List.of(operation.getSelectionSet()), 1, 0, "", "");
    return new Cost(walk.total, walk.parts);
  }

  private GraphQLObjectType root(OperationDefinition operation) {
    return switch (operation.getOperation()) {
      case QUERY -> schema.getQueryType();
      case MUTATION -> schema.getMutationType();
      case SUBSCRIPTION -> schema.getSubscriptionType();
    };
  }

  /** Why a request is refused; empty if it is not. */
  Optional<Failure> problem(
      Document document, OperationDefinition operation, Map<String, Object> variables) {
    var cost = of(document, operation, variables);
    if (cost.total <= limit) return Optional.empty();
    var parts =
        cost.parts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN)
            .map(part -> part.getKey() + " " + number(part.getValue()))
            .collect(Collectors.joining(", "));
    var message =
        "the request costs %s, at most %s; the most expensive fields: %s; ask for fewer elements,"
            + " fields or aliases";
    return Optional.of(
        Failure.tooExpensive(
            message.formatted(number(cost.total), number(limit), parts), cost.total, limit));
  }

  private static String number(long number) {
    return (number >= MAX ? "more than " : "") + String.format(Locale.ROOT, "%,d", number);
  }

  private static long times(long one, long other) {
    return one != 0 && other > MAX / one ? MAX : one * other;
  }

  /** One look at one operation. */
  private final class Walk {
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final OperationDefinition operation;
    private final Map<String, Object> variables;
    private final Map<String, Long> parts = new LinkedHashMap<>();
    private long total;

    Walk(Document document, OperationDefinition operation, Map<String, Object> variables) {
      for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
        fragments.put(fragment.getName(), fragment);
      }
      this.operation = operation;
      this.variables = variables;
    }

    private void add(String part, long cost) {
      total = Math.min(MAX, total + cost);
      parts.merge(part, cost, (one, other) -> Math.min(MAX, one + other));
    }

    /**
     * @param count number of the objects with this selection
     * @param page elements of the lists of a page, if the object is one
     * @param path of the object
     * @param part that values are reported with
     */
    void selections(
        GraphQLObjectType type,
        List<SelectionSet> sets,
        long count,
        long page,
        String path,
        String part) {
      var merged = new LinkedHashMap<String, List<Field>>();
      for (var set : sets) collect(set, merged);
      for (var fields : merged.values()) field(type, fields, count, page, path, part);
    }

    private void field(
        GraphQLObjectType type,
        List<Field> fields,
        long count,
        long page,
        String path,
        String part) {
      var first = fields.get(0);
      var here = path.isEmpty() ? first.getResultKey() : path + "." + first.getResultKey();
      if (first.getName().equals(TYPE_NAME)) {
        add(part.isEmpty() ? here : part, count);
        return;
      }
      boolean introspects = first.getName().startsWith("__");
      var definition =
          introspects ? introspection(first.getName()) : type.getFieldDefinition(first.getName());
      var rule = rules.getOrDefault(definition, Rule.OF_VALUE);
      long size = size(rule, definition, first);
      if (rule.isList && rule.most == 0) size = page;
      var own = part.isEmpty() || rule.isDeclared() ? here : part;
      long values = rule.isList ? times(count, size) : introspects ? INTROSPECTION * count : count;
      boolean isPage = !rule.isList && size > 0 && isPage(definition);
      add(own, Math.min(MAX, rule.weight + values + (rule.isList || isPage ? 0 : size)));
      if (GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLObjectType inner) {
        var sets = fields.stream().map(Field::getSelectionSet).toList();
        selections(inner, sets, values, isPage ? size : 0, here, own);
      }
    }

    private GraphQLFieldDefinition introspection(String name) {
      var ofSchema = schema.getIntrospectionSchemaFieldDefinition();
      return name.equals(ofSchema.getName())
          ? ofSchema
          : schema.getIntrospectionTypeFieldDefinition();
    }

    private void collect(SelectionSet set, Map<String, List<Field>> merged) {
      for (Object selection : set.getSelections()) {
        if (selection instanceof DirectivesContainer<?> conditional && isLeftOut(conditional)) {
          continue;
        }
        if (selection instanceof Field field) {
          merged.computeIfAbsent(field.getResultKey(), key -> new ArrayList<>()).add(field);
        } else if (selection instanceof InlineFragment inline) {
          collect(inline.getSelectionSet(), merged);
        } else if (selection instanceof FragmentSpread spread) {
          collect(fragments.get(spread.getName()).getSelectionSet(), merged);
        }
      }
    }

    private boolean isLeftOut(DirectivesContainer<?> selection) {
      for (var directive : selection.getDirectives()) {
        if (directive.getName().equals("skip") && Boolean.TRUE.equals(condition(directive))) {
          return true;
        }
        if (directive.getName().equals("include") && Boolean.FALSE.equals(condition(directive))) {
          return true;
        }
      }
      return false;
    }

    private Object condition(Directive directive) {
      var argument = directive.getArgument("if");
      return argument == null ? null : value(argument.getValue());
    }

    /** How many elements a field may have, of one object. */
    private long size(Rule rule, GraphQLFieldDefinition definition, Field field) {
      if (rule.most == 0) return 0;
      Function<String, Object> arguments = name -> argument(definition, field, name);
      if (rule.size != null) return Math.min(rule.most, rule.size.size(arguments));
      long size = -1;
      for (var name : rule.sizedBy) {
        var value = arguments.apply(name);
        if (value instanceof Number number) size = Math.max(0, Math.max(size, number.longValue()));
        if (value instanceof List<?> list) size = Math.max(size, list.size());
      }
      // Values out of range are reported when the field is executed.
      return times(size < 0 ? rule.most : Math.min(size, rule.most), rule.times);
    }

    private Object argument(GraphQLFieldDefinition definition, Field field, String name) {
      Object value = null;
      for (Argument given : field.getArguments()) {
        if (given.getName().equals(name)) value = value(given.getValue());
      }
      if (value != null) return value;
      var literal = definition.getArgument(name).getArgumentDefaultValue();
      return literal.isLiteral() ? value((Value<?>) literal.getValue()) : literal.getValue();
    }

    /** A number, a text, a truth, a list, or null if it is none of them. */
    private Object value(Value<?> value) {
      if (value instanceof IntValue number) return number.getValue();
      if (value instanceof StringValue text) return text.getValue();
      if (value instanceof EnumValue name) return name.getName();
      if (value instanceof BooleanValue truth) return truth.isValue();
      if (value instanceof ArrayValue list) return list.getValues();
      return value instanceof VariableReference reference ? variable(reference.getName()) : null;
    }

    private Object variable(String name) {
      if (variables.containsKey(name)) return variables.get(name);
      for (var definition : operation.getVariableDefinitions()) {
        if (definition.getName().equals(name)) return value(definition.getDefaultValue());
      }
      return null;
    }
  }

  /** Whether a field's object has lists whose size the field determines. */
  private boolean isPage(GraphQLFieldDefinition definition) {
    return GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLObjectType object
        && object.getFieldDefinitions().stream()
            .anyMatch(field -> rules.get(field).isList && rules.get(field).most == 0);
  }
}
