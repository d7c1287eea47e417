package io.stripchart.api.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.execution.AsyncSerialExecutionStrategy;
import graphql.execution.SubscriptionExecutionStrategy;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.NodeUtil;
import graphql.language.OperationDefinition.Operation;
import graphql.schema.GraphQLSchema;
import io.stripchart.api.ApiException;
import io.stripchart.api.graphql.plain.PlainLists;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoaderRegistry;

/** Executes requests. Belongs to one context; the schema is shared with others. */
public final class GraphQlEngine {
  private final GraphQL graphQl;
  private final Documents documents;
  private final Map<Class<?>, Object> services;

  /**
   * @param services of this context, by their classes: what the schema's fields ask
   */
  public GraphQlEngine(GraphQLSchema schema, Map<Class<?>, Object> services) {
    this.services = Map.copyOf(services);
    var failures = new FieldFailures();
    this.documents = new Documents(schema);
    this.graphQl =
        GraphQL.newGraphQL(schema)
            .preparsedDocumentProvider(
                (input, parse) ->
                    CompletableFuture.completedFuture(
                        input.getGraphQLContext().get(PreparsedDocumentEntry.class)))
            .queryExecutionStrategy(new PlainLists(failures))
            .mutationExecutionStrategy(new AsyncSerialExecutionStrategy(failures))
            .subscriptionExecutionStrategy(new SubscriptionExecutionStrategy(failures))
            .build();
  }

  /**
   * A request whose document was looked at.
   *
   * @param operation what it does; null where it has errors
   * @param errors why it cannot be executed; empty where it can
   */
  public record Prepared(
      GraphQlRequest request,
      PreparsedDocumentEntry document,
      Operation operation,
      List<GraphQLError> errors) {}

  public Prepared prepare(GraphQlRequest request) {
    var entry = documents.of(request.query());
    if (entry.hasErrors())
      return new Prepared(request, entry, null, List.copyOf(entry.getErrors()));
    try {
      var operation = NodeUtil.getOperation(entry.getDocument(), request.operationName());
      return new Prepared(request, entry, operation.operationDefinition.getOperation(), List.of());
    } catch (GraphQLException e) {
      return new Prepared(request, entry, null, List.of(new Failure(e.getMessage())));
    }
  }

  /**
   * Executes what has no errors. A subscription's data is a publisher of results.
   *
   * @param missed told of what a subscription's next event is to tell besides itself
   */
  public Future<ExecutionResult> execute(Prepared prepared, Missed missed) {
    var request = prepared.request();
    var input =
        ExecutionInput.newExecutionInput(request.query())
            .operationName(request.operationName())
            .variables(request.variables())
            .locale(Locale.ENGLISH)
            .graphQLContext(services)
            .graphQLContext(
                Map.of(
                    PreparsedDocumentEntry.class,
                    prepared.document(),
                    Missed.class,
                    missed,
                    AnswerSize.class,
                    new AnswerSize()))
            .dataLoaderRegistry(new DataLoaderRegistry())
            .build();
    try {
      return Future.fromCompletionStage(graphQl.executeAsync(input));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** An answer that holds an error only. */
  public static ExecutionResult refusal(String message) {
    return ExecutionResult.newExecutionResult().addError(new Failure(message)).build();
  }

  /** An answer that holds an error only. */
  public static ExecutionResult refusal(ApiException cause) {
    return ExecutionResult.newExecutionResult().addError(new Failure(cause)).build();
  }

  /** An answer that holds errors only. */
  public static ExecutionResult refusal(List<GraphQLError> errors) {
    return ExecutionResult.newExecutionResult().errors(errors).build();
  }
}
