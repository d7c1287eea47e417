package io.stripchart.api.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stripchart.api.http.BoundedBody;
import io.stripchart.api.http.MediaType;
import io.stripchart.common.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of a request that sends JSON. */
final class JsonBody<T> {
  private static final Logger log = LoggerFactory.getLogger(JsonBody.class);

  /** Within which it has to come. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String JSON = "application/json";
  private static final String JSON_ONLY = "Content-Type: must be " + JSON + ", in utf-8";

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Class<T> expected;
  private final String shown;
  private final Promise<T> read = Promise.promise();

  private JsonBody(Vertx vertx, HttpServerRequest request, Class<T> expected, String shown) {
    this.vertx = vertx;
    this.request = request;
    this.expected = expected;
    this.shown = shown;
  }

  static JsonBody<JsonObject> object(Vertx vertx, HttpServerRequest request) {
    return new JsonBody<>(vertx, request, JsonObject.class, "a JSON object");
  }

  /** Whatever it is. */
  static JsonBody<Object> any(Vertx vertx, HttpServerRequest request) {
    return new JsonBody<>(vertx, request, Object.class, "JSON, and not null");
  }

  /**
   * @throws ProblemException where it is not worth reading
   */
  Future<T> read() {
    if (!MediaType.isReadableJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      throw unsupported(JSON_ONLY);
    }
    var encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupported("Content-Encoding: must be left out");
    }
    long timer = vertx.setTimer(PATIENCE.toMillis(), late -> read.tryFail(late()));
    request.exceptionHandler(cause -> read.tryFail(new GoneException(cause)));
    BoundedBody.read(request, this::parse, () -> read.tryFail(tooLarge()));
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      if (!read.future().isComplete()) request.response().writeContinue().onFailure(this::gone);
    }
    return read.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void gone(Throwable cause) {
    log.debug("event=client_gone cause=\"{}\"", cause.toString());
  }

  private void parse(Buffer body) {
    try {
      var json = Json.decodeValue(body);
      if (expected.isInstance(json)) {
        read.tryComplete(expected.cast(json));
      } else {
        read.tryFail(bad("must be " + shown));
      }
    } catch (DecodeException e) {
      read.tryFail(bad("must be " + shown + "; " + where(e.getCause())));
    }
  }

  private static String where(Throwable cause) {
    if (!(cause instanceof JsonProcessingException known)) return "it is none";
    var place = known.getLocation();
    var message = known.getOriginalMessage();
    if (place == null) return message;
    return message + ", at line " + place.getLineNr() + ", column " + place.getColumnNr();
  }

  private static ProblemException bad(String problem) {
    return new ProblemException(ProblemKind.BAD_BODY, null, "body: " + problem);
  }

  private static ProblemException unsupported(String detail) {
    return new ProblemException(
        new Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, detail), Map.of("Accept", JSON));
  }

  private static ProblemException late() {
    return closing(ProblemKind.BODY_LATE, "body: must come within " + PATIENCE);
  }

  private static ProblemException tooLarge() {
    return closing(
        ProblemKind.BODY_TOO_LARGE,
        String.format(Locale.ROOT, "body: at most %,d bytes", BoundedBody.MAX_BYTES));
  }

  /** Nobody reads the rest. */
  private static ProblemException closing(ProblemKind kind, String detail) {
    return new ProblemException(new Problem(kind, detail), Map.of("Connection", "close"));
  }
}
