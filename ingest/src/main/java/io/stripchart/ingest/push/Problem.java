package io.stripchart.ingest.push;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Why a request was refused, as of RFC 9457.
 *
 * @param status of the response
 * @param detail what was wrong, and what would be right
 * @param errors each bad item: {@code {"index": 3, "pointer": "#/3/value", "detail": "…"}}; null
 *     where it is not about items
 */
record Problem(int status, String detail, JsonArray errors) {
  static final String MEDIA_TYPE = "application/problem+json";

  static Problem of(int status, String detail) {
    return new Problem(status, detail, null);
  }

  Buffer toJson() {
    var json =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
            .put("status", status)
            .put("detail", detail);
    if (errors != null) json.put("errors", errors);
    return json.toBuffer();
  }
}
