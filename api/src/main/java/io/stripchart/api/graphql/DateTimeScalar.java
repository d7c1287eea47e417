package io.stripchart.api.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.Locale;

/** RFC 3339 with an offset coming in; UTC with microseconds going out. */
final class DateTimeScalar implements Coercing<Instant, String> {
  static final GraphQLScalarType TYPE =
      GraphQLScalarType.newScalar().name("DateTime").coercing(new DateTimeScalar()).build();

  private DateTimeScalar() {}

  @Override
  public String serialize(Object value, GraphQLContext context, Locale locale) {
    if (value instanceof Instant time) return ReadingTime.format(time);
    throw new CoercingSerializeException("DateTime: is no time");
  }

  @Override
  public Instant parseValue(Object value, GraphQLContext context, Locale locale) {
    if (value instanceof Instant time) return time;
    if (!(value instanceof String text)) {
      throw new CoercingParseValueException("time: must be a string of RFC 3339 with an offset");
    }
    try {
      return ReadingTime.parse(text);
    } catch (MalformedReadingException e) {
      throw new CoercingParseValueException(e.getMessage());
    }
  }

  @Override
  public Instant parseLiteral(
      Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
    if (!(literal instanceof StringValue text)) {
      throw new CoercingParseLiteralException("time: must be a string of RFC 3339 with an offset");
    }
    try {
      return ReadingTime.parse(text.getValue());
    } catch (MalformedReadingException e) {
      throw new CoercingParseLiteralException(e.getMessage());
    }
  }

  @Override
  public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
    return StringValue.of(serialize(value, context, locale));
  }
}
