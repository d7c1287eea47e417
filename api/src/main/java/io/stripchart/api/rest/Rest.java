package io.stripchart.api.rest;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.ReadingQueries;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Answers {@code /series} and what is below it, by the same questions as GraphQL, with the same
 * limits. Belongs to one context.
 */
public final class Rest implements Handler<HttpServerRequest> {
  private final Questions questions;
  private final ApiMetrics metrics;

  public Rest(ReadingQueries queries, ApiMetrics metrics) {
    this.questions = new Questions(queries);
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var answer = new Answer(request, metrics);
    try {
      var asked = Asked.of(request);
      answer.give(asked, questions.ask(asked));
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }
}
