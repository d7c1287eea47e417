package io.stripchart.compose.building;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How large a simulated building is.
 *
 * @param rooms 1 to {@value #MAX_ROOMS}
 * @param sensors in each of them, 1 to {@value #MAX_SENSORS}; in all at most {@value #MAX_ALL}
 * @param interval between two readings of a sensor, PT0.1S to PT1H
 */
public record Building(int rooms, int sensors, Duration interval) {
  static final int MAX_ROOMS = 10_000;
  static final int MAX_SENSORS = 10_000;
  static final int MAX_ALL = 100_000;
  static final String RANGE =
      "rooms:ROOMSxSENSORS, 1 to 10000 of each and 100000 sensors in all, with @INTERVAL behind it"
          + " or not, PT0.1S to PT1H";

  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofHours(1);
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
  private static final int ROOMS_ON_A_FLOOR = 20;
  private static final Pattern TEXT = Pattern.compile("rooms:(\\d{1,6})x(\\d{1,6})(?:@(.+))?");

  /**
   * @throws IllegalArgumentException saying which of them is out of its range
   */
  public Building {
    check("rooms", rooms, MAX_ROOMS);
    check("sensors of a room", sensors, MAX_SENSORS);
    check("sensors in all", rooms * sensors, MAX_ALL);
    if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException("the interval is " + interval);
    }
  }

  private static void check(String what, int count, int max) {
    if (count < 1 || count > max) throw new IllegalArgumentException(what + ": " + count);
  }

  /**
   * @param text like {@code rooms:100x10@PT1S}
   * @throws IllegalArgumentException if it is not
   */
  static Building parse(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) throw new IllegalArgumentException("is no rooms:ROOMSxSENSORS");
    return new Building(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        interval(parts.group(3)));
  }

  private static Duration interval(String text) {
    try {
      return text == null ? DEFAULT_INTERVAL : Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the interval is no ISO 8601 duration", e);
    }
  }

  /** Sensors in all. */
  int all() {
    return rooms * sensors;
  }

  /**
   * The name of a room: 101 to 120 on the first floor, 201 on the second.
   *
   * @param room from 0
   */
  static int number(int room) {
    return (room / ROOMS_ON_A_FLOOR + 1) * 100 + room % ROOMS_ON_A_FLOOR + 1;
  }

  /** As the setting writes it. */
  @Override
  public String toString() {
    return "rooms:" + rooms + "x" + sensors + "@" + interval;
  }
}
