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
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;

/** ISO 8601 durations of whole microseconds. */
final class DurationScalar implements Coercing<Duration, String> {
  static final GraphQLScalarType TYPE =
      GraphQLScalarType.newScalar().name("Duration").coercing(new DurationScalar()).build();

  private static final String RANGE = "an ISO 8601 duration of whole microseconds, like PT15M";

  private DurationScalar() {}

  @Override
  public String serialize(Object value, GraphQLContext context, Locale locale) {
    if (value instanceof Duration duration) return duration.toString();
    throw new CoercingSerializeException("Duration: is none");
  }

  @Override
  public Duration parseValue(Object value, GraphQLContext context, Locale locale) {
    if (value instanceof Duration duration) return duration;
    var duration = value instanceof String text ? parsed(text) : null;
    if (duration != null) return duration;
    throw new CoercingParseValueException("duration: must be " + RANGE);
  }

  @Override
  public Duration parseLiteral(
      Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
    var duration = literal instanceof StringValue text ? parsed(text.getValue()) : null;
    if (duration != null) return duration;
    throw new CoercingParseLiteralException("duration: must be " + RANGE);
  }

  /** Null if it is none. */
  private static Duration parsed(String text) {
    try {
      var duration = Duration.parse(text);
      return duration.toNanos() % 1_000 == 0 ? duration : null;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  @Override
  public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
    return StringValue.of(serialize(value, context, locale));
  }
}
