package io.stripchart.api.kept;

import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;

/** Loads the views of one kind by their keys. */
public interface ViewSource<K, V extends View> {
  /** The series of the view. A reading that matches two of them would be added twice. */
  List<SeriesPattern> patterns(K key);

  /**
   * Loads a view in one snapshot.
   *
   * @param room maximum weight
   * @return fails with {@link io.stripchart.api.ApiException}
   */
  Future<Loaded<V>> load(K key, long room);
}
