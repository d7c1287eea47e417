package io.stripchart.api.stored;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of limited size that evicts the least recently used entry. Belongs to one thread. */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;
  private final int maxEntries;

  public BoundedMap(int maxEntries) {
    super(16, 0.75f, true);
    this.maxEntries = maxEntries;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > maxEntries;
  }
}
