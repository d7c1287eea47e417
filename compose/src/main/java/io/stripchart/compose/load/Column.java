package io.stripchart.compose.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One array of a factory, by position. It keeps a limited number of positions and counts the
 * others.
 *
 * @param <T> type of a valid position
 */
final class Column<T> {
  private final String path;
  private final int maxPlaces;
  private final List<T> places = new ArrayList<>();
  private final Map<Integer, String> problems = new TreeMap<>();
  private long length;

  /**
   * @param path in the file, like {@code $.factories[3].factory.chart_data.time}
   */
  Column(String path, int maxPlaces) {
    this.path = path;
    this.maxPlaces = maxPlaces;
  }

  /**
   * @param place null if nothing stands there
   */
  void add(T place) {
    if (length++ < maxPlaces) places.add(place);
  }

  /** As {@link #add}, for an invalid position. */
  void addBad(String problem) {
    if (length < maxPlaces) problems.put(places.size(), problem);
    add(null);
  }

  /** Null if nothing stands there, it cannot be used, or the array is shorter. */
  T at(int place) {
    return place < places.size() ? places.get(place) : null;
  }

  /** By place, in order: why it cannot be used. */
  Map<Integer, String> problems() {
    return problems;
  }

  /** Whether something stands there, sound or not. */
  boolean has(int place) {
    return at(place) != null || problems.containsKey(place);
  }

  /** Places that it keeps. */
  int kept() {
    return places.size();
  }

  /** Whether another array of the file holds the same. */
  boolean isSame(Column<T> other) {
    return length == other.length && places.equals(other.places) && problems.equals(other.problems);
  }

  /** Places of the array in the file. */
  long length() {
    return length;
  }

  String path() {
    return path;
  }

  String path(long place) {
    return path + "[" + place + "]";
  }
}
