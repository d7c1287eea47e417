package io.stripchart.api.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.execution.SubscriptionExecutionStrategy;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.NodeUtil;
import graphql.language.OperationDefinition.Operation;
import graphql.schema.GraphQLSchema;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.graphql.PersistedQueries.Refusal;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.PlainLists;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoaderRegistry;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Executes requests. Belongs to one context; the schema is shared with others. */
public final class GraphQlEngine {
  private final Vertx vertx;
  private final Limits limits;
  private final GraphQL graphQl;
  private final Documents documents;
  private final QueryCost costs;
  private final Map<Class<?>, Object> services;

  /**
   * Limits of requests.
   *
   * @param cost of one request
   * @param timeout of a response, or of the first event
   * @param memory for responses, of the whole process
   * @param persisted queries of the whole process
   */
  public record Limits(
      long cost, Duration timeout, AnswerMemory memory, PersistedQueries persisted) {}

  /**
   * @param services of this context, by their classes, for the fields of the schema
   */
  public GraphQlEngine(
      Vertx vertx, GraphQLSchema schema, Limits limits, Map<Class<?>, Object> services) {
    this.vertx = vertx;
    this.limits = limits;
    this.services = Map.copyOf(services);
    var failures = new FieldFailures();
    this.documents = new Documents(schema);
    this.costs = new QueryCost(schema, limits.cost);
    this.graphQl =
        GraphQL.newGraphQL(schema)
            .preparsedDocumentProvider(
                (input, parse) ->
                    CompletableFuture.completedFuture(
                        input.getGraphQLContext().get(PreparsedDocumentEntry.class)))
            .queryExecutionStrategy(new PlainLists(failures))
            .mutationExecutionStrategy(new PlainLists.Serial(failures))
            .subscriptionExecutionStrategy(new SubscriptionExecutionStrategy(failures))
            .build();
  }

  /**
   * A request whose document was checked.
   *
   * @param operation its operation; null if it has errors
   * @param errors why it cannot be executed; empty if it can
   */
  public record Prepared(
      GraphQlRequest request,
      PreparsedDocumentEntry document,
      Operation operation,
      List<GraphQLError> errors) {
    /** Whether the client is to send the query once more, with its text: no mistake of it. */
    public boolean isToBeSentAgain() {
      return document == null;
    }

    private static Prepared refused(
        GraphQlRequest request, PreparsedDocumentEntry document, List<? extends GraphQLError> why) {
      return new Prepared(request, document, null, List.copyOf(why));
    }
  }

  /** Looks at a request whose query may be known by its hash alone. */
  public Prepared prepare(GraphQlRequest request) {
    var persisted = limits.persisted;
    if (request.query() != null) return prepareText(request);
    if (!persisted.areSupported()) return unknown(request, Refusal.NOT_SUPPORTED);
    var text = persisted.find(request.hash());
    return text == null
        ? unknown(request, Refusal.NOT_FOUND)
        : prepareText(request.withQuery(text));
  }

  private static Prepared unknown(GraphQlRequest request, Refusal refusal) {
    return Prepared.refused(request, null, List.of(refusal.failure()));
  }

  private Prepared prepareText(GraphQlRequest request) {
    var entry = documents.of(request.query());
    if (entry.hasErrors()) return Prepared.refused(request, entry, entry.getErrors());
    if (request.hash() != null) limits.persisted.keep(request.hash(), request.query());
    try {
      var operation =
          NodeUtil.getOperation(entry.getDocument(), request.operationName()).operationDefinition;
      return costs
          .problem(entry.getDocument(), operation, request.variables())
          .map(problem -> Prepared.refused(request, entry, List.of(problem)))
          .orElseGet(() -> new Prepared(request, entry, operation.getOperation(), List.of()));
    } catch (GraphQLException e) {
      return Prepared.refused(request, entry, List.of(new Failure(e.getMessage())));
    }
  }

  /** For one answer; to be released when the client has it. */
  public AnswerBudget budget() {
    return new AnswerBudget(limits.memory.hold());
  }

  /**
   * Executes a request without errors. The data of a subscription is a publisher of results.
   *
   * @param missed receives the extensions of a subscription's next event
   * @param budget of the response, or of each event; if it or the time is exhausted, the result is
   *     the refusal
   */
  public Future<ExecutionResult> execute(Prepared prepared, Missed missed, AnswerBudget budget) {
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
                    AnswerBudget.class,
                    budget))
            .dataLoaderRegistry(new DataLoaderRegistry())
            .build();
    var answer = Promise.<ExecutionResult>promise();
    long timer =
        vertx.setTimer(
            limits.timeout.toMillis(),
            late -> {
              budget.stop(tooLate(prepared.operation()));
              answer.tryComplete(refusal(budget.refusal()));
            });
    executed(input)
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              if (budget.refusal() != null) {
                answer.tryComplete(refusal(budget.refusal()));
                if (done.succeeded()) abandon(done.result());
              } else if (done.succeeded()) {
                answer.tryComplete(done.result());
              } else {
                answer.tryFail(done.cause());
              }
            });
    return answer.future();
  }

  /** A subscription that begins after the client has left returns its place. */
  private static void abandon(ExecutionResult late) {
    if (late.getData() instanceof Publisher<?> events) events.subscribe(new Abandoning());
  }

  private static final class Abandoning implements Subscriber<Object> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(Object event) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onComplete() {}
  }

  private Future<ExecutionResult> executed(ExecutionInput input) {
    try {
      return Future.fromCompletionStage(graphQl.executeAsync(input));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private ApiException tooLate(Operation operation) {
    var doubt =
        operation == Operation.MUTATION ? "; part of what it was to change may be changed" : "";
    return new ApiException(
        Code.TIMEOUT, "the request was not answered within " + limits.timeout + doubt);
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
