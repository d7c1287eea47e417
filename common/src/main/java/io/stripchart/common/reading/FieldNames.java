package io.stripchart.common.reading;

import java.util.HashSet;
import java.util.Set;

/**
 * The field names of one JSON object, which must be unique: otherwise it is unclear which one is
 * meant. Most objects have two fields, which need no set.
 */
public final class FieldNames {
  private String first;
  private String second;
  private Set<String> more;

  /**
   * @throws MalformedReadingException if the object has a field of that name already
   */
  public void add(String name) {
    if (!isNew(name)) {
      throw new MalformedReadingException(JsonItems.shortened(name) + ": is given twice");
    }
  }

  private boolean isNew(String name) {
    if (first == null) {
      first = name;
      return true;
    }
    if (first.equals(name)) return false;
    if (second == null) {
      second = name;
      return true;
    }
    if (second.equals(name)) return false;
    if (more == null) more = new HashSet<>();
    return more.add(name);
  }
}
