package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import graphql.execution.AbortExecutionException;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.AsyncSerialExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.schema.GraphQLList;
import io.stripchart.api.ApiException;
import java.io.IOException;
import java.util.Collection;

/**
 * Executes as graphql-java does, but writes lists directly if all that is selected of their items
 * is plain. A list with anything that would lead to an error is completed once more in the usual
 * way, so that errors and nulls are those of graphql-java. Aborts the execution once the {@link
 * AnswerBudget} is spent: fields completed as null would each add an error, which copies all
 * others.
 */
public final class PlainLists extends AsyncExecutionStrategy {
  public PlainLists(DataFetcherExceptionHandler failures) {
    super(failures);
  }

  @Override
  protected Object fetchField(ExecutionContext context, ExecutionStrategyParameters parameters) {
    AnswerBudget.of(context.getGraphQLContext()).addField();
    return super.fetchField(context, parameters);
  }

  @Override
  protected FieldValueInfo completeValueForList(
      ExecutionContext context, ExecutionStrategyParameters parameters, Iterable<Object> items) {
    var budget = AnswerBudget.of(context.getGraphQLContext());
    try {
      var list =
          items instanceof Collection<?> all ? plain(budget, context, parameters, all) : null;
      return list == null
          ? super.completeValueForList(context, parameters, items)
          : new FieldValueInfo(CompleteValueType.LIST, list);
    } catch (AnswerBudget.RefusedException e) {
      var cause = (ApiException) e.getCause();
      budget.stop(cause);
      throw new AbortExecutionException(cause);
    }
  }

  /** Null if it is to be completed in the usual way. */
  private JsonPieces plain(
      AnswerBudget budget,
      ExecutionContext context,
      ExecutionStrategyParameters parameters,
      Collection<?> items) {
    if (context.hasIncrementalSupport()) return null;
    var type = (GraphQLList) parameters.getExecutionStepInfo().getUnwrappedNonNullType();
    var item =
        new PlainSelections(context, fieldCollector)
            .of(type.getWrappedType(), parameters.getField());
    if (item == null) return null;
    try {
      return JsonPieces.written(budget, writer -> write(writer.json(), item, items));
    } catch (AnswerBudget.RefusedException e) {
      throw e;
    } catch (RuntimeException usual) {
      // Reported by the usual path, which finds it too.
      return null;
    }
  }

  private static void write(JsonGenerator json, Plain item, Collection<?> items)
      throws IOException {
    json.writeStartArray();
    for (var one : items) item.write(json, one);
    json.writeEndArray();
  }

  /** Mutations, one after the other; the fields of their results as those of queries. */
  public static final class Serial extends AsyncSerialExecutionStrategy {
    public Serial(DataFetcherExceptionHandler failures) {
      super(failures);
    }

    @Override
    protected Object fetchField(ExecutionContext context, ExecutionStrategyParameters parameters) {
      AnswerBudget.of(context.getGraphQLContext()).addField();
      return super.fetchField(context, parameters);
    }
  }
}
