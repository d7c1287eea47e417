package io.stripchart.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Pushes readings as a sensor would. */
final class PushClient {
  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;

  PushClient(int port) {
    this.port = port;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Content-Type", "application/json");
  }

  static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return HTTP.send(request, BodyHandlers.ofString());
  }

  HttpResponse<String> push(BodyPublisher body) throws IOException, InterruptedException {
    return send(request("/readings/room.1").POST(body).build());
  }

  /** Sends the begin of its body, and not the rest. */
  Socket begin(String path) throws IOException {
    return open(path, "[1,");
  }

  private Socket open(String path, String body) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
            .formatted(path);
    socket.getOutputStream().write((head + body).getBytes(UTF_8));
    return socket;
  }

  /**
   * Sends as many requests as are worked on at once, and one more; once that was refused.
   *
   * @param sent gets all of them, to be closed; the broker must confirm none of them
   */
  void sendTooMany(List<Socket> sent) throws IOException {
    for (int i = 0; i <= 1_000; i++) sent.add(open("/readings/a", "[1,2,3,4]"));
    // Nothing else is sent before: it would take the place of one of them.
    await().atMost(20, SECONDS).until(() -> isAnyAnswered(sent));
  }

  private static boolean isAnyAnswered(List<Socket> begun) throws IOException {
    for (var socket : begun) {
      if (socket.getInputStream().available() > 0) return true;
    }
    return false;
  }

  static void assertProblem(HttpResponse<String> response, int status, String detail) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    var problem = new JsonObject(response.body());
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotEmpty();
    assertThat(problem.getString("detail")).contains(detail);
  }
}
