package io.stripchart.api.graphql.plain;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.LightDataFetcher;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A field that is a component of its object; costs no look-up and no environment.
 *
 * @param type of the object
 * @param component returns an existing value, never a future or a wrapper; the same one for each
 *     call
 */
public record Component<S>(Class<S> type, Function<S, Object> component)
    implements LightDataFetcher<Object> {

  /**
   * @throws ClassCastException if the source does not have it
   */
  Object of(Object source) {
    return component.apply(type.cast(source));
  }

  @Override
  public Object get(
      GraphQLFieldDefinition field, Object source, Supplier<DataFetchingEnvironment> environment) {
    return of(source);
  }

  @Override
  public Object get(DataFetchingEnvironment environment) {
    return of(environment.getSource());
  }
}
