package io.stripchart.api.stored;

import java.util.Map;

/**
 * The series that matched a pattern when it was queried; more may be added later.
 *
 * @param ids in no order
 * @param names by their ids
 */
public record SeriesSet(Integer[] ids, Map<Integer, String> names) {
  public boolean isEmpty() {
    return ids.length == 0;
  }

  boolean isSingle() {
    return ids.length == 1;
  }

  String name(int id) {
    return names.get(id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesSet set && names.equals(set.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return ids.length + " series";
  }
}
