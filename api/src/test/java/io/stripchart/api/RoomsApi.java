package io.stripchart.api;

import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A {@link LiveApi} that has some rooms, and another api beside it. */
final class RoomsApi implements BeforeAllCallback, AfterAllCallback {
  private static final Instant PAST = Instant.parse("2020-11-17T12:00:00Z");

  private final LiveApi live = LiveApi.create();
  private RunningApi other;

  private RoomsApi() {}

  static RoomsApi create() {
    return new RoomsApi();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    live.beforeAll(context);
    Seed.partitionAroundNow(live.database());
    // None of these is a room's.
    for (var name : List.of("room.10", "room.10.7", "room.10.7.a.b", "rooms.9.1.x", "roo.1.1.x")) {
      live.database().execute("insert into series (name) values (?)", name);
    }
    live.stored()
        .tell(
            past("room.10.7.temperature", 0, 20),
            past("room.10.7.humidity", 0, 55),
            past("room.10.8.temperature", 1, 22),
            past("room.10-1.7.temperature", 0, 30),
            past("room.101.a_b.temperature", 0, 40),
            past("building.B1.room.10.7.temperature", 0, 50),
            past("building.B2.room.x.1.pressure", 0, 60));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (other != null) other.close();
    live.afterAll(context);
  }

  LiveApi live() {
    return live;
  }

  RunningApi api() {
    return live.api();
  }

  HttpResponse<String> get(String path, String... headers) {
    return api().get(path, headers);
  }

  JsonObject json(String path) {
    return api().json(path);
  }

  void tell(Reading... readings) {
    live.stored().tell(readings);
  }

  /** Of the same broker and database; started on first use. */
  RunningApi other() {
    if (other == null) {
      other = new RunningApi(live.broker().uri(), live.database().uri());
      await().until(() -> other.surroundings().health().report().get("api.live").isEmpty());
    }
    return other;
  }

  static Reading past(String series, int seconds, double value) {
    return new Reading(series, PAST.plusSeconds(seconds), value);
  }

  static Reading now(String series, double value) {
    return new Reading(series, Instant.now(), value);
  }

  static String tag(HttpResponse<?> response) {
    return response.headers().firstValue("etag").orElseThrow();
  }

  /** A member of each item of a page. */
  static List<String> names(JsonObject page, String items, String member) {
    return page.getJsonArray(items).stream()
        .map(item -> ((JsonObject) item).getString(member))
        .toList();
  }
}
