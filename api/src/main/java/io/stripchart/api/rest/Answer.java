package io.stripchart.api.rest;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.RestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to one request. */
final class Answer {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private static final String LATER_SECONDS = "5";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ApiMetrics metrics;

  Answer(HttpServerRequest request, ApiMetrics metrics) {
    this.request = request;
    this.response = request.response();
    this.metrics = metrics;
    response.headers().add(HttpHeaders.VARY, "accept").set("x-content-type-options", "nosniff");
  }

  /** Gives what is found, or tells why it cannot be found or given. */
  void give(Asked asked, Future<? extends Reply> reply) {
    reply
        .<Void>map(
            found -> {
              give(asked, found);
              return null;
            })
        .onFailure(this::fail);
  }

  private void give(Asked asked, Reply reply) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, asked.format().contentType());
    if (reply instanceof Reply.Document document) {
      give(document);
    } else if (reply instanceof Reply.Stream<?> stream) {
      stream(asked, stream);
    }
  }

  private void give(Reply.Document document) {
    if (!document.links().isEmpty()) response.putHeader("link", links(document.links()));
    end(document.text());
    metrics.rest(RestOutcome.OK);
  }

  private static String links(Map<String, String> links) {
    return links.entrySet().stream()
        .map(link -> "<" + link.getValue() + ">; rel=\"" + link.getKey() + "\"")
        .collect(Collectors.joining(", "));
  }

  private void stream(Asked asked, Reply.Stream<?> stream) {
    if (request.version() == HttpVersion.HTTP_1_0) {
      refuse(
          Problem.Kind.HTTP_VERSION,
          "a stream needs HTTP/1.1, as an older one cannot tell its end from a failure");
    } else if (request.method().equals(HttpMethod.HEAD)) {
      settle(response.end());
      metrics.rest(RestOutcome.OK);
    } else if (!RowStream.isAdmitted(metrics)) {
      refuse(
          Problem.Kind.TOO_MANY_STREAMS,
          "at most " + RowStream.MAX + " streams at a time; try again, or ask for pages of JSON");
    } else {
      response.setChunked(true);
      new RowStream<>(response, stream, asked.format(), metrics).start(this::fail);
    }
  }

  private void refuse(Problem.Kind kind, String detail) {
    refuse(new Problem(kind, null, detail));
  }

  /** Tells what is wrong; something else is logged, and shown as an id alone. */
  void fail(Throwable cause) {
    if (cause instanceof ProblemException known) {
      refuse(known.problem());
    } else if (cause instanceof ApiException known) {
      refuse(Problem.of(known));
    } else {
      var id = UUID.randomUUID().toString();
      log.error("event=request_failed id={}", id, cause);
      refuse(Problem.Kind.INTERNAL, "internal error " + id);
    }
  }

  private void refuse(Problem problem) {
    metrics.rest(problem.status() < 500 ? RestOutcome.REFUSED : RestOutcome.FAILED);
    if (response.headWritten()) {
      // Something else is on its way already; nobody is to take it for all.
      response.reset().onFailure(already -> log.debug("event=client_gone"));
      return;
    }
    response
        .setChunked(false)
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    if (problem.isPassing()) response.putHeader(HttpHeaders.RETRY_AFTER, LATER_SECONDS);
    if (problem.kind() == Problem.Kind.METHOD_NOT_ALLOWED) {
      response.putHeader(HttpHeaders.ALLOW, "GET, HEAD");
    }
    end(problem.toJson());
  }

  private void end(String text) {
    var body = text.getBytes(StandardCharsets.UTF_8);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
    boolean isHead = request.method().equals(HttpMethod.HEAD);
    settle(isHead ? response.end() : response.end(Buffer.buffer(body)));
  }

  private static void settle(Future<Void> sent) {
    sent.onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }
}
