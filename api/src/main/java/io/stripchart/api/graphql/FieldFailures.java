package io.stripchart.api.graphql;

import graphql.execution.AbortExecutionException;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import io.stripchart.api.ApiException;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.common.reading.MalformedReadingException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's view of a failed field: the message if it was written for clients, otherwise only an
 * id under which the log has the details.
 */
final class FieldFailures implements DataFetcherExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(FieldFailures.class);

  @Override
  public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
      DataFetcherExceptionHandlerParameters parameters) {
    var failure = failure(parameters);
    var budget = AnswerBudget.of(parameters.getDataFetchingEnvironment().getGraphQlContext());
    try {
      budget.addFailure(failure.getMessage());
    } catch (AbortExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.completedFuture(
        DataFetcherExceptionHandlerResult.newResult(failure).build());
  }

  private static Failure failure(DataFetcherExceptionHandlerParameters parameters) {
    var cause = parameters.getException();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    var path = parameters.getPath().toList();
    var location = parameters.getSourceLocation();
    if (cause instanceof ApiException known) {
      return new Failure(known.getMessage(), known.code().name(), path, location);
    }
    if (cause instanceof MalformedReadingException malformed) {
      return new Failure(
          malformed.getMessage(), ApiException.Code.BAD_ARGUMENT.name(), path, location);
    }
    var id = UUID.randomUUID().toString();
    log.error("event=field_failed id={} path={}", id, parameters.getPath(), cause);
    return new Failure("internal error " + id, "INTERNAL", path, location);
  }
}
