package io.stripchart.ingest.push;

import io.stripchart.common.http.Problem;
import io.stripchart.common.reading.GzipBody;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.ingest.IngestMetrics;
import io.stripchart.ingest.IngestMetrics.PushOutcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, from its headers to its answer. */
final class PushRequest {
  private static final Logger log = LoggerFactory.getLogger(PushRequest.class);
  private static final int BUSY_SECONDS = 1;
  private static final int AWAY_SECONDS = 5;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final PushDesk desk;
  private final IngestMetrics metrics;
  private final Buffer body = Buffer.buffer();
  private long held;
  private long rest;
  private boolean reading;
  private boolean inside;
  private boolean answered;

  PushRequest(Vertx vertx, HttpServerRequest request, PushDesk desk, IngestMetrics metrics) {
    this.vertx = vertx;
    this.request = request;
    this.desk = desk;
    this.metrics = metrics;
  }

  void handle() {
    try {
      var headers = PushHeaders.check(request);
      desk.check();
      reading = true;
      request.handler(this::gather).exceptionHandler(this::gone).endHandler(end -> take(headers));
      if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
        request.response().writeContinue().onFailure(this::gone);
      }
    } catch (PushException e) {
      refuse(e.problem());
    }
  }

  private void gather(Buffer part) {
    if (answered) {
      passOver(part);
      return;
    }
    try {
      if (body.length() + part.length() > PushLimits.MAX_BODY_BYTES) throw PushHeaders.tooLarge();
      body.appendBuffer(part);
    } catch (PushException e) {
      refuse(e.problem());
    }
  }

  /**
   * Reads on for a while after a refusal: closing at once would take the answer from a client that
   * still sends.
   */
  private void passOver(Buffer part) {
    rest += part.length();
    if (rest > 4L * PushLimits.MAX_BODY_BYTES) request.connection().close().onFailure(this::gone);
  }

  private void take(PushHeaders headers) {
    if (answered) return;
    try {
      desk.enter(body.length());
      inside = true;
      held = body.length();
    } catch (PushException e) {
      refuse(e.problem());
      return;
    }
    if (!headers.gzip()) {
      take(headers.form(), body.getBytes());
      return;
    }
    // One at a time on an event loop, so that few bodies are held beyond those that are counted.
    vertx
        .executeBlocking(() -> GzipBody.inflate(body.getBytes(), PushLimits.MAX_BODY_BYTES))
        .map(inflated -> inflated.orElseThrow(PushHeaders::tooLarge))
        .onSuccess(inflated -> takeInflated(headers.form(), inflated))
        .onFailure(this::refuse);
  }

  private void takeInflated(PushForm form, byte[] inflated) {
    if (answered) return;
    try {
      desk.hold(inflated.length);
      held += inflated.length;
      take(form, inflated);
    } catch (PushException e) {
      refuse(e.problem());
    }
  }

  private void take(PushForm form, byte[] json) {
    try {
      desk.take(form, json)
          .onSuccess(count -> answer(202, "application/json", "{\"accepted\":" + count + "}"))
          .onSuccess(count -> metrics.push(PushOutcome.ACCEPTED))
          .onFailure(this::refuse);
    } catch (PushException e) {
      refuse(e.problem());
    }
  }

  private void refuse(Throwable failure) {
    if (failure instanceof PushException known) {
      refuse(known.problem());
      return;
    }
    if (failure instanceof MalformedReadingException malformed) {
      refuse(new Problem(PushProblem.BAD_BODY, malformed.getMessage()));
      return;
    }
    var id = UUID.randomUUID().toString();
    log.error("event=push_failed id={}", id, failure);
    refuse(new Problem(PushProblem.INTERNAL, "internal error " + id));
  }

  private void refuse(Problem problem) {
    if (answered) return;
    int status = problem.status();
    var headers = request.response().headers();
    if (status == 429) headers.set("Retry-After", Integer.toString(BUSY_SECONDS));
    if (status == 503) headers.set("Retry-After", Integer.toString(AWAY_SECONDS));
    if (status == 405) headers.set("Allow", "POST");
    if (status == 415) {
      headers.set("Accept-Post", "application/json");
      headers.set("Accept-Encoding", PushHeaders.ENCODINGS);
    }
    metrics.push(
        switch (status) {
          case 413, 429 -> PushOutcome.TOO_MUCH;
          case 500, 503 -> PushOutcome.UNAVAILABLE;
          default -> PushOutcome.MALFORMED;
        });
    answer(status, Problem.MEDIA_TYPE, problem.toJson());
    if (!reading && !request.isEnded())
      request.handler(this::passOver).exceptionHandler(this::gone);
  }

  private void answer(int status, String mediaType, String text) {
    leave();
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", mediaType)
        .end(text)
        .onFailure(this::gone);
  }

  /** The client is gone; a body that it sent completely is published nevertheless. */
  private void gone(Throwable failure) {
    log.debug("event=push_client_gone cause=\"{}\"", failure.toString());
    if (!request.isEnded()) leave();
  }

  private void leave() {
    if (answered) return;
    answered = true;
    if (inside) desk.leave(held);
  }
}
