package io.stripchart.ingest.push;

import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.stripchart.ingest.ReadingTimes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the body of a push: all of its readings, or everything that is wrong with it.
 *
 * <p>A series has one value at a time. Items of one body that give the same time and the same value
 * are one reading; with different values the later one is refused, as it would be lost.
 */
final class PushedReadings {
  static final int MAX_ITEMS = 10_000;

  private final String series;
  private final ArrivalClock clock;
  private final Instant now;
  private final boolean isArray;
  private final JsonArray errors = new JsonArray();
  private final List<Reading> readings = new ArrayList<>();
  private final Map<Instant, ReadingJson.Item> given = new HashMap<>();

  private PushedReadings(String series, byte[] body, ArrivalClock clock, Instant now) {
    this.series = series;
    this.clock = clock;
    this.now = now;
    this.isArray = startsArray(body);
  }

  /**
   * @param clock stamps items that give no time, in their order
   * @throws PushException with 400 and each bad item
   */
  static List<Reading> read(String series, byte[] body, ArrivalClock clock, Instant now) {
    List<ReadingJson.Item> items;
    try {
      items = ReadingJson.items(body, MAX_ITEMS);
    } catch (MalformedReadingException e) {
      throw new PushException(400, e.getMessage());
    }
    var pushed = new PushedReadings(series, body, clock, now);
    items.forEach(pushed::add);
    return pushed.allOrNothing(items.size());
  }

  private void add(ReadingJson.Item item) {
    if (item.problem() != null) {
      error(item, item.problem());
    } else if (item.time() == null) {
      readings.add(new Reading(series, clock.next(), item.value()));
    } else {
      addTimed(item);
    }
  }

  private void addTimed(ReadingJson.Item item) {
    Instant time;
    try {
      time = ReadingTimes.check(item.time(), now);
    } catch (MalformedReadingException e) {
      error(item, e.getMessage());
      return;
    }
    var earlier = given.putIfAbsent(time, item);
    if (earlier == null) {
      readings.add(new Reading(series, time, item.value()));
    } else if (Double.compare(earlier.value(), item.value()) != 0) {
      error(
          item,
          "time: is that of item "
              + earlier.index()
              + " too, with another value; a series has one value at a time");
    }
  }

  private void error(ReadingJson.Item item, String detail) {
    int colon = detail.indexOf(':');
    var field = colon > 0 ? "/" + detail.substring(0, colon) : "";
    errors.add(
        new JsonObject()
            .put("index", item.index())
            .put("pointer", "#" + (isArray ? "/" + item.index() : "") + field)
            .put("detail", detail));
  }

  private List<Reading> allOrNothing(int items) {
    if (errors.isEmpty()) return readings;
    var detail =
        String.format(
            Locale.ROOT, "%d of %d readings cannot be taken, so none was", errors.size(), items);
    throw new PushException(new Problem(400, detail, errors));
  }

  private static boolean startsArray(byte[] body) {
    for (byte b : body) {
      if (b > ' ') return b == '[';
    }
    return false;
  }
}
