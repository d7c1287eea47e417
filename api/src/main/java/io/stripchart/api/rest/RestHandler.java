package io.stripchart.api.rest;

import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiMetrics;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers the requests of a place as plain HTTP. Belongs to one context. */
public final class RestHandler implements Handler<HttpServerRequest> {
  private final ApiMetrics metrics;
  private final AnswerMemory answers;
  private final RowStream.Places streams;
  private final Desk desk;

  /** Who knows the answers. */
  public interface Desk {
    /**
     * @return fails with {@link ProblemException} or {@link io.stripchart.api.ApiException}, or
     *     with another exception if it is a bug
     * @throws ProblemException if the request is wrong
     * @throws io.stripchart.api.ApiException likewise
     */
    Future<? extends Reply> ask(RestRequest request);
  }

  /**
   * @param answers where bodies count until clients have taken them
   * @param streams where streams of rows count
   */
  public RestHandler(
      ApiMetrics metrics, AnswerMemory answers, RowStream.Places streams, Desk desk) {
    this.streams = streams;
    this.metrics = metrics;
    this.answers = answers;
    this.desk = desk;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var answer = new Answer(request, metrics, answers, streams);
    try {
      answer.give(desk.ask(new RestRequest(request)));
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }
}
