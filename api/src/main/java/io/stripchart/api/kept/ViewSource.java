package io.stripchart.api.kept;

import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;

/** Where the views of one kind come from, each told by its key. */
public interface ViewSource<K, V extends View> {
  /**
   * The series whose readings the view is made of. What matches two of them would be added twice.
   */
  List<SeriesPattern> patterns(K key);

  /**
   * Loads a view in one snapshot.
   *
   * @param room what it may weigh at most
   * @return fails with {@link io.stripchart.api.ApiException}
   */
  Future<Loaded<V>> load(K key, long room);
}
