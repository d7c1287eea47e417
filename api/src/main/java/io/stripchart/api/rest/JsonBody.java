package io.stripchart.api.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.stripchart.api.http.BoundedBody;
import io.stripchart.api.http.MediaType;
import io.stripchart.common.http.Problem;
import io.stripchart.common.reading.JsonItems;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JSON body of a request. The server's HTTP settings limit the time in which it must come. */
final class JsonBody<T> {
  private static final Logger log = LoggerFactory.getLogger(JsonBody.class);

  /** A name that is given twice would leave it open which value counts. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String MEDIA_TYPE = "application/json";
  private static final String JSON_ONLY = "Content-Type: must be " + MEDIA_TYPE + ", in utf-8";

  private final HttpServerRequest request;
  private final Class<T> expected;
  private final String shown;
  private final Promise<T> read = Promise.promise();

  private JsonBody(HttpServerRequest request, Class<T> expected, String shown) {
    this.request = request;
    this.expected = expected;
    this.shown = shown;
  }

  static JsonBody<JsonObject> object(HttpServerRequest request) {
    return new JsonBody<>(request, JsonObject.class, "a JSON object");
  }

  /** Whatever it is. */
  static JsonBody<Object> any(HttpServerRequest request) {
    return new JsonBody<>(request, Object.class, "JSON, and not null");
  }

  /**
   * @throws ProblemException if it is not worth reading
   */
  Future<T> read() {
    if (!MediaType.isReadableJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      throw unsupported(JSON_ONLY);
    }
    request.exceptionHandler(cause -> read.tryFail(new GoneException(cause)));
    BoundedBody.read(request, this::parse, refusal -> read.tryFail(refused(refusal)));
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      if (!read.future().isComplete()) request.response().writeContinue().onFailure(this::gone);
    }
    return read.future();
  }

  private void gone(Throwable cause) {
    log.debug("event=client_gone cause=\"{}\"", cause.toString());
  }

  private void parse(Buffer body) {
    if (body.length() == 0) {
      read.tryFail(bad("is empty; must be " + shown));
      return;
    }
    try {
      var json = decoded(body);
      if (expected.isInstance(json)) {
        read.tryComplete(expected.cast(json));
      } else {
        read.tryFail(bad("must be " + shown));
      }
    } catch (IOException e) {
      read.tryFail(unreadable(body, e));
    } catch (DecodeException e) {
      read.tryFail(
          e.getCause() instanceof IOException cause
              ? unreadable(body, cause)
              : bad("holds more than one JSON value"));
    }
  }

  private static Object decoded(Buffer body) throws IOException {
    return JacksonCodec.fromParser(JSON.createParser(body.getBytes()), Object.class);
  }

  private static ProblemException unreadable(Buffer body, IOException cause) {
    var detail = JsonItems.fault(body.getBytes(), cause);
    return new ProblemException(ProblemKind.BAD_BODY, null, detail);
  }

  private static ProblemException bad(String problem) {
    return new ProblemException(ProblemKind.BAD_BODY, null, "body: " + problem);
  }

  private static ProblemException unsupported(String detail) {
    return new ProblemException(
        new Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, detail),
        Map.of("Accept", MEDIA_TYPE, "Accept-Encoding", BoundedBody.ENCODING));
  }

  private static ProblemException refused(BoundedBody.Refusal refusal) {
    return switch (refusal.reason()) {
      case MALFORMED -> new ProblemException(ProblemKind.BAD_BODY, null, refusal.detail());
      case TOO_LARGE -> closing(ProblemKind.BODY_TOO_LARGE, refusal.detail());
      case UNKNOWN_ENCODING -> unsupported(refusal.detail());
    };
  }

  /** The rest is not read. */
  private static ProblemException closing(ProblemKind kind, String detail) {
    return new ProblemException(new Problem(kind, detail), Map.of("Connection", "close"));
  }
}
