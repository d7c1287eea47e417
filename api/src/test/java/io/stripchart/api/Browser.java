package io.stripchart.api;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Chromium without a window, and one page in it, driven by the DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MAX_MESSAGE = 1 << 26;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
  private final List<URI> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session;

  /**
   * @param profile an empty folder
   */
  Browser(Vertx vertx, String chromium, Path profile) {
    process = start(chromium, profile);
    socket = connect(vertx, profile);
    var page = call("Target.createTarget", new JsonObject().put("url", "about:blank"));
    var target = page.getString("targetId");
    var attached =
        call(
            "Target.attachToTarget", new JsonObject().put("targetId", target).put("flatten", true));
    session = attached.getString("sessionId");
    for (var domain : List.of("Network", "Runtime", "Log")) {
      call(domain + ".enable", new JsonObject());
    }
  }

  private static Process start(String chromium, Path profile) {
    try {
      return new ProcessBuilder(
              chromium,
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--disable-background-networking",
              "--no-first-run",
              "--remote-debugging-port=0",
              "--user-data-dir=" + profile,
              "about:blank")
          .redirectErrorStream(true)
          .redirectOutput(profile.resolve("output").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WebSocket connect(Vertx vertx, Path profile) {
    var told = profile.resolve("DevToolsActivePort");
    await().atMost(PATIENCE).until(() -> lines(told).size() == 2);
    var options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(lines(told).get(0)))
            .setURI(lines(told).get(1))
            .setAllowOriginHeader(false);
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxFrameSize(MAX_MESSAGE)
                .setMaxMessageSize(MAX_MESSAGE));
    return RunningApi.await(
        client
            .connect(options)
            .map(connected -> connected.textMessageHandler(text -> take(new JsonObject(text)))));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(JsonObject message) {
    var id = message.getInteger("id");
    if (id != null) {
      calls.remove(id).complete(message);
      return;
    }
    var parameters = message.getJsonObject("params");
    switch (message.getString("method")) {
      case "Network.requestWillBeSent" ->
          requests.add(URI.create(parameters.getJsonObject("request").getString("url")));
      case "Network.webSocketCreated" -> requests.add(URI.create(parameters.getString("url")));
      case "Runtime.exceptionThrown", "Log.entryAdded" -> complaints.add(parameters.encode());
      default -> {}
    }
  }

  private JsonObject call(String method, JsonObject parameters) {
    int id = ids.incrementAndGet();
    var answer = new CompletableFuture<JsonObject>();
    calls.put(id, answer);
    var request = new JsonObject().put("id", id).put("method", method).put("params", parameters);
    if (session != null) request.put("sessionId", session);
    RunningApi.await(socket.writeTextMessage(request.encode()));
    var message = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (message.containsKey("error")) throw new AssertionError(message.encode());
    return message.getJsonObject("result");
  }

  void open(URI page) {
    call("Page.navigate", new JsonObject().put("url", page.toString()));
  }

  /** The value of a JavaScript expression; null if that is null or an exception. */
  String evaluate(String expression) {
    var parameters = new JsonObject().put("expression", expression).put("returnByValue", true);
    var result = call("Runtime.evaluate", parameters).getJsonObject("result");
    var value = result.getValue("value");
    return value == null ? null : value.toString();
  }

  /** All requests of the page, over HTTP and websockets. */
  List<URI> requests() {
    return List.copyOf(requests);
  }

  /** Errors of the page. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() {
    var all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
    process.onExit().join();
  }
}
