package io.stripchart.api.http;

import graphql.ExecutionResult;
import graphql.language.OperationDefinition.Operation;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Outcome;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.graphql.GraphQlRequest;
import io.stripchart.api.graphql.MalformedRequestException;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.RequestJson;
import io.stripchart.api.graphql.ResultJson;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GraphQL over HTTP by its specification: POST with a JSON body, GET for queries alone. A web page
 * of another origin cannot make a browser send either with an effect: POST needs a media type that
 * browsers ask for first, and GET changes nothing.
 */
public final class GraphQlEndpoint implements Handler<HttpServerRequest> {
  private static final Logger log = LoggerFactory.getLogger(GraphQlEndpoint.class);
  private static final CharSequence GET_OR_POST = HttpHeaders.createOptimized("GET, POST");
  private static final CharSequence POST_ONLY = HttpHeaders.createOptimized("POST");

  private static final String LATER_SECONDS = "5";

  private final GraphQlEngine engine;
  private final ApiMetrics metrics;

  public GraphQlEndpoint(GraphQlEngine engine, ApiMetrics metrics) {
    this.engine = engine;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var accepted = MediaType.negotiate(Accept.header(request));
    if (accepted == null) {
      refuse(
          request,
          406,
          "Accept: not acceptable; offered types are application/graphql-response+json,"
              + " application/json, in UTF-8");
    } else if (request.method().equals(HttpMethod.POST)) {
      post(request, accepted);
    } else if (request.method().equals(HttpMethod.GET)) {
      run(request, accepted, () -> parameters(request));
    } else {
      request.response().putHeader(HttpHeaders.ALLOW, GET_OR_POST);
      refuse(request, 405, "method: must be GET or POST, is " + request.method());
    }
  }

  private void post(HttpServerRequest request, MediaType accepted) {
    if (!MediaType.isReadableJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      refuse(request, 415, "Content-Type: must be application/json, in utf-8");
      return;
    }
    BoundedBody.read(
        request,
        body -> run(request, accepted, () -> RequestJson.read(body)),
        refusal -> refuse(request, refusal));
  }

  private void refuse(HttpServerRequest request, BoundedBody.Refusal refusal) {
    var response = request.response();
    switch (refusal.reason()) {
      case TOO_LARGE -> response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      case UNKNOWN_ENCODING ->
          response.putHeader(HttpHeaders.ACCEPT_ENCODING, BoundedBody.ENCODING);
      default -> {}
    }
    refuse(request, refusal.reason().status(), refusal.detail());
  }

  private static GraphQlRequest parameters(HttpServerRequest request) {
    try {
      return RequestJson.read(
          request.getParam("query"),
          request.getParam("operationName"),
          request.getParam("variables"),
          request.getParam("extensions"));
    } catch (IllegalArgumentException e) {
      throw new MalformedRequestException(
          "the URL: each % must have two hexadecimal digits behind it");
    }
  }

  private interface Reader {
    GraphQlRequest read();
  }

  private void run(HttpServerRequest request, MediaType accepted, Reader reader) {
    GraphQlEngine.Prepared prepared;
    try {
      prepared = engine.prepare(reader.read());
    } catch (MalformedRequestException e) {
      refuse(request, 400, e.getMessage());
      return;
    } catch (RuntimeException e) {
      failed(request, e);
      return;
    }
    if (!prepared.errors().isEmpty()) {
      var refusal = GraphQlEngine.refusal(prepared.errors());
      if (prepared.isToBeSentAgain()) {
        metrics.request(Outcome.OK);
        send(request, 200, accepted, refusal);
        return;
      }
      answer(request, accepted, refusal, AnswerBudget.uncounted());
    } else if (prepared.operation() == Operation.SUBSCRIPTION) {
      refuse(request, 400, "subscriptions are served over a websocket on this path");
    } else if (prepared.operation() == Operation.MUTATION
        && request.method().equals(HttpMethod.GET)) {
      request.response().putHeader(HttpHeaders.ALLOW, POST_ONLY);
      refuse(request, 405, "GET is for queries alone; send mutations by POST");
    } else {
      var budget = engine.budget();
      engine
          .execute(prepared, new Missed(), budget)
          .onSuccess(result -> answer(request, accepted, result, budget))
          .onFailure(
              cause -> {
                budget.release();
                failed(request, cause);
              });
    }
  }

  private void answer(
      HttpServerRequest request, MediaType accepted, ExecutionResult result, AnswerBudget budget) {
    try {
      var refusal = budget.refusal();
      if (refusal == null) {
        answer(request, accepted, result, ResultJson.answer(budget, result), budget);
      } else {
        budget.release();
        refuse(request, accepted, refusal);
      }
    } catch (ApiException e) {
      budget.release();
      refuse(request, accepted, e);
    } catch (RuntimeException e) {
      budget.release();
      failed(request, e);
    }
  }

  private void answer(
      HttpServerRequest request,
      MediaType accepted,
      ExecutionResult result,
      JsonPieces body,
      AnswerBudget budget) {
    boolean executed = result.isDataPresent();
    metrics.request(
        !executed ? Outcome.INVALID : result.getErrors().isEmpty() ? Outcome.OK : Outcome.FAILED);
    int status = executed || accepted == MediaType.JSON ? 200 : 400;
    send(request, status, accepted, body).onComplete(sent -> budget.release());
  }

  /** The response is too large, or took too long. */
  private void refuse(HttpServerRequest request, MediaType accepted, ApiException cause) {
    metrics.request(Outcome.FAILED);
    int status = accepted == MediaType.JSON ? 200 : cause.code() == Code.TIMEOUT ? 504 : 400;
    if (cause.code() == Code.BUSY) {
      status = 503;
      request.response().putHeader(HttpHeaders.RETRY_AFTER, LATER_SECONDS);
    }
    send(request, status, accepted, GraphQlEngine.refusal(cause));
  }

  private void refuse(HttpServerRequest request, int status, String message) {
    metrics.request(Outcome.REFUSED);
    var accepted = MediaType.negotiate(request.getHeader(HttpHeaders.ACCEPT));
    send(
        request,
        status,
        accepted == null ? MediaType.JSON : accepted,
        GraphQlEngine.refusal(message));
  }

  private void failed(HttpServerRequest request, Throwable cause) {
    var id = UUID.randomUUID().toString();
    log.error("event=request_failed id={}", id, cause);
    metrics.request(Outcome.FAILED);
    send(request, 500, MediaType.JSON, GraphQlEngine.refusal("internal error " + id));
  }

  /** An answer that holds errors only. */
  private static void send(
      HttpServerRequest request, int status, MediaType type, ExecutionResult result) {
    send(request, status, type, ResultJson.answer(AnswerBudget.uncounted(), result));
  }

  private static Future<Void> send(
      HttpServerRequest request, int status, MediaType type, JsonPieces body) {
    var response = request.response();
    if (response.closed() || response.ended()) return Future.succeededFuture();
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type.contentType());
    return AnswerBody.end(response, body)
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }
}
