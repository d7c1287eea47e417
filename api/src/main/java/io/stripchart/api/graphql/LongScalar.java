package io.stripchart.api.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.util.Locale;

/** Whole numbers that are larger than an Int; they only go out. */
final class LongScalar implements Coercing<Long, Long> {
  static final GraphQLScalarType TYPE =
      GraphQLScalarType.newScalar().name("Long").coercing(new LongScalar()).build();

  private LongScalar() {}

  @Override
  public Long serialize(Object value, GraphQLContext context, Locale locale) {
    if (value instanceof Number number) return number.longValue();
    throw new CoercingSerializeException("Long: is no number");
  }

  @Override
  public Long parseValue(Object value, GraphQLContext context, Locale locale) {
    throw new CoercingParseValueException("Long: is not taken");
  }

  @Override
  public Long parseLiteral(
      Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
    throw new CoercingParseLiteralException("Long: is not taken");
  }
}
