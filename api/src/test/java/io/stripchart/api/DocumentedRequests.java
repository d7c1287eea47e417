package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.testing.OpenApiDocument.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/** Sends requests of the OpenAPI document to an api. */
record DocumentedRequests(RunningApi api) {
  private static final String JSON = "application/json";

  Answer get(String url, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(api.uri(url));
    headers.forEach(request::header);
    return Answer.of(api.send(request));
  }

  Answer send(DocumentedWrite write) {
    return send(write, JSON);
  }

  Answer send(DocumentedWrite write, String mediaType) {
    return send(write, mediaType, Map.of());
  }

  Answer send(DocumentedWrite write, Map<String, String> headers) {
    return send(write, JSON, headers);
  }

  private Answer send(DocumentedWrite write, String mediaType, Map<String, String> headers) {
    var body = write.body();
    var sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    var request = HttpRequest.newBuilder(api.uri(write.url())).method(write.method(), sent);
    if (body != null) request.header("content-type", mediaType);
    headers.forEach(request::header);
    return Answer.of(api.send(request));
  }

  /** Sends the begin of its body, and never the rest. */
  Socket begin(DocumentedWrite write) {
    return open(
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 9\r\n\r\n{"
            .formatted(write.method(), write.url(), JSON));
  }

  private Socket open(String request) {
    try {
      var socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value that arrives eventually. */
  static Answer answer(Socket asked) {
    try (asked) {
      return Answer.read(asked.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
