package io.stripchart.api.rest;

import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.RestOutcome;
import io.stripchart.api.http.AnswerBody;
import io.stripchart.api.turns.Requester;
import io.stripchart.common.http.EntityTag;
import io.stripchart.common.http.HttpPort;
import io.stripchart.common.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to one request. */
final class Answer {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private static final CharSequence NOSNIFF_NAME =
      HttpHeaders.createOptimized("x-content-type-options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence ACCEPT = HttpHeaders.createOptimized("accept");

  /** Caches must revalidate the response before each use. */
  private static final CharSequence ASK_AGAIN = HttpHeaders.createOptimized("no-cache");

  private static final String LATER_SECONDS = "5";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ApiMetrics metrics;
  private final AnswerMemory.Hold hold;
  private final RowStream.Places streams;
  private final Object client;

  /**
   * @param answers where bodies count until the client has taken them
   * @param streams where streams of rows count
   */
  Answer(
      HttpServerRequest request,
      ApiMetrics metrics,
      AnswerMemory answers,
      RowStream.Places streams) {
    this.streams = streams;
    this.client = Requester.current().address();
    this.request = request;
    this.response = request.response();
    this.metrics = metrics;
    this.hold = answers.hold();
    response.headers().add(HttpHeaders.VARY, ACCEPT).set(NOSNIFF_NAME, NOSNIFF);
  }

  /** Returns the result, or the problem. */
  void give(Future<? extends Reply> reply) {
    reply
        .<Void>map(
            found -> {
              give(found);
              return null;
            })
        .onFailure(this::fail);
  }

  private void give(Reply reply) {
    if (reply instanceof Reply.Kept kept) {
      give(Format.JSON, kept.tag(), kept.links(), kept.body());
    } else if (reply instanceof Reply.Document document) {
      give(document);
    } else if (reply instanceof Reply.Stream<?> stream) {
      stream(stream);
    } else if (reply instanceof Reply.Done done) {
      give(done);
    }
  }

  private void give(Reply.Document document) {
    var body = Buffer.buffer(document.text());
    var tag = document.tag() == null ? EntityTag.of(body) : document.tag();
    give(document.format(), tag, document.links(), body);
  }

  private void give(Format format, EntityTag tag, Map<String, String> links, Buffer body) {
    boolean isKnown = tag.isAmong(request.getHeader(HttpHeaders.IF_NONE_MATCH));
    // If there is no room for it, the refusal has none of its headers.
    if (!isKnown) hold.add(body.length());
    response.putHeader(HttpHeaders.ETAG, tag.text());
    response.putHeader(HttpHeaders.CACHE_CONTROL, ASK_AGAIN);
    if (!links.isEmpty()) response.putHeader("link", links(links));
    if (isKnown) {
      settle(response.setStatusCode(304).end());
      metrics.rest(RestOutcome.NOT_MODIFIED);
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    end(body);
    metrics.rest(RestOutcome.OK);
  }

  private static String links(Map<String, String> links) {
    return links.entrySet().stream()
        .map(link -> "<" + link.getValue() + ">; rel=\"" + link.getKey() + "\"")
        .collect(Collectors.joining(", "));
  }

  private void give(Reply.Done done) {
    response.setStatusCode(done.status());
    if (done.location() != null) {
      var location = RestRequest.relative(request.path(), done.location());
      response.putHeader(HttpHeaders.LOCATION, location);
    }
    if (done.json() == null) {
      settle(response.end());
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, Format.JSON.contentType());
      end(Buffer.buffer(done.json()));
    }
    metrics.rest(RestOutcome.OK);
  }

  private void stream(Reply.Stream<?> stream) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, stream.format().contentType());
    if (request.method().equals(HttpMethod.HEAD)) {
      settle(response.end());
      metrics.rest(RestOutcome.OK);
    } else {
      var place = streams.take(client, metrics);
      boolean endsByClosing = request.version() == HttpVersion.HTTP_1_0;
      if (!endsByClosing) response.setChunked(true);
      new RowStream<>(response, stream, metrics, place, this::reset)
          .start(this::fail)
          .onSuccess(
              whole -> {
                if (endsByClosing) settle(request.connection().close());
              });
    }
  }

  /** Breaks off an answer that has begun, so that no client takes it for whole. */
  private void reset() {
    HttpPort.reset(request);
  }

  private void refuse(ProblemKind kind, String detail) {
    refuse(new Problem(kind, detail), Map.of());
  }

  /** Sends the problem; other exceptions are logged, and shown as an id only. */
  void fail(Throwable cause) {
    if (cause instanceof ProblemException known) {
      refuse(known.problem(), known.headers());
    } else if (cause instanceof ApiException known) {
      fail(ProblemException.of(known));
    } else if (cause instanceof GoneException) {
      metrics.rest(RestOutcome.GONE);
    } else {
      var id = UUID.randomUUID().toString();
      log.error("event=request_failed id={}", id, cause);
      refuse(ProblemKind.INTERNAL, "internal error " + id);
    }
  }

  private void refuse(Problem problem, Map<String, String> headers) {
    metrics.rest(problem.status() < 500 ? RestOutcome.REFUSED : RestOutcome.FAILED);
    if (response.headWritten()) {
      reset();
      return;
    }
    response
        .setChunked(false)
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    if (problem.isPassing()) response.putHeader(HttpHeaders.RETRY_AFTER, LATER_SECONDS);
    headers.forEach(response::putHeader);
    end(Buffer.buffer(problem.toJson()));
  }

  private void end(Buffer body) {
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    boolean isHead = request.method().equals(HttpMethod.HEAD);
    settle(isHead ? response.end() : AnswerBody.end(response, body));
  }

  private void settle(Future<Void> sent) {
    sent.onComplete(done -> hold.release())
        .onFailure(cause -> log.debug("event=client_gone cause=\"{}\"", cause.toString()));
  }
}
