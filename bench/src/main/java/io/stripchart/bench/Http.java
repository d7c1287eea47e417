package io.stripchart.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Requests to this machine of which the time does not matter; waits for each answer. */
final class Http {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Http() {}

  /**
   * @throws UncheckedIOException if nothing answers
   */
  static HttpResponse<String> get(int port, String path) {
    return send(to(port, path).build());
  }

  /**
   * @throws IllegalStateException if it is refused
   */
  static void post(int port, String path, String json) {
    var request = to(port, path).header("content-type", "application/json");
    var answer = send(request.POST(BodyPublishers.ofString(json)).build());
    if (answer.statusCode() / 100 != 2)
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
  }

  private static HttpRequest.Builder to(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
