package io.stripchart.api.graphql.plain;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.schema.GraphQLList;
import java.util.Collection;

/**
 * Executes as graphql-java does, but completes lists directly where all that is selected of their
 * items is plain. A list with anything that would lead to an error is completed once more in the
 * usual way, so that errors and nulls are those of graphql-java.
 */
public final class PlainLists extends AsyncExecutionStrategy {
  public PlainLists(DataFetcherExceptionHandler failures) {
    super(failures);
  }

  @Override
  protected FieldValueInfo completeValueForList(
      ExecutionContext context, ExecutionStrategyParameters parameters, Iterable<Object> items) {
    var list = items instanceof Collection<?> all ? plain(context, parameters, all) : null;
    return list == null
        ? super.completeValueForList(context, parameters, items)
        : new FieldValueInfo(CompleteValueType.LIST, list);
  }

  /** Null where it is to be completed in the usual way. */
  private PlainList plain(
      ExecutionContext context, ExecutionStrategyParameters parameters, Collection<?> items) {
    if (context.hasIncrementalSupport()) return null;
    var type = (GraphQLList) parameters.getExecutionStepInfo().getUnwrappedNonNullType();
    var item =
        new PlainSelections(context, fieldCollector)
            .of(type.getWrappedType(), parameters.getField());
    if (item == null) return null;
    try {
      return new PlainList(item, items);
    } catch (RuntimeException usual) {
      // It is told by the usual way, which comes upon it too.
      return null;
    }
  }
}
