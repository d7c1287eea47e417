package io.stripchart.api.graphql.plain;

import graphql.Scalars;
import graphql.execution.ExecutionContext;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.introspection.Introspection;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.function.UnaryOperator;

/** Finds the plain selections of one execution. */
final class PlainSelections {
  private final ExecutionContext context;
  private final FieldCollector collector;

  PlainSelections(ExecutionContext context, FieldCollector collector) {
    this.context = context;
    this.collector = collector;
  }

  /**
   * @param field the selection of the type
   * @return null if it is not plain
   */
  Plain of(GraphQLType type, MergedField field) {
    boolean nullable = GraphQLTypeUtil.isNullable(type);
    var bare = GraphQLTypeUtil.unwrapNonNull(type);
    if (bare instanceof GraphQLScalarType scalar) return new PlainLeaf(nullable, leaf(scalar));
    if (bare instanceof GraphQLEnumType values) return new PlainLeaf(nullable, leaf(values));
    return bare instanceof GraphQLObjectType object ? object(nullable, object, field) : null;
  }

  private UnaryOperator<Object> leaf(GraphQLScalarType scalar) {
    var coercing = scalar.getCoercing();
    var own = context.getGraphQLContext();
    var locale = context.getLocale();
    return value -> coercing.serialize(value, own, locale);
  }

  private UnaryOperator<Object> leaf(GraphQLEnumType values) {
    var own = context.getGraphQLContext();
    var locale = context.getLocale();
    return value -> values.serialize(value, own, locale);
  }

  private Plain object(boolean nullable, GraphQLObjectType type, MergedField field) {
    var selected =
        collector.collectFields(
            FieldCollectorParameters.newParameters()
                .schema(context.getGraphQLSchema())
                .objectType(type)
                .fragments(context.getFragmentsByName())
                .variables(context.getCoercedVariables().toMap())
                .graphQLContext(context.getGraphQLContext())
                .build(),
            field);
    var fields = new ArrayList<PlainObject.Field>();
    for (var key : selected.getKeys()) {
      var plain = field(type, key, selected.getSubField(key));
      if (plain == null) return null;
      fields.add(plain);
    }
    return new PlainObject(nullable, fields);
  }

  private PlainObject.Field field(GraphQLObjectType holder, String key, MergedField selected) {
    if (selected.getName().equals(Introspection.TypeNameMetaFieldDef.getName())) {
      var name = holder.getName();
      return new PlainObject.Field(
          key, object -> name, new PlainLeaf(false, leaf(Scalars.GraphQLString)));
    }
    var definition = holder.getFieldDefinition(selected.getName());
    var fetcher = context.getGraphQLSchema().getCodeRegistry().getDataFetcher(holder, definition);
    if (!(fetcher instanceof Component<?> component)) return null;
    var type = of(definition.getType(), selected);
    return type == null ? null : new PlainObject.Field(key, component::of, type);
  }
}
