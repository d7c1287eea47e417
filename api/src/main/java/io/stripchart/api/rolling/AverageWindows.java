package io.stripchart.api.rolling;

import io.stripchart.api.kept.Loaded;
import io.stripchart.api.kept.ViewSource;
import io.stripchart.api.stored.LoadedWindow;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.util.List;

/** Loads windows; large ones are filled in several turns. */
final class AverageWindows implements ViewSource<AverageWindows.Key, AverageWindow> {
  /** Then others have their turn. */
  private static final int MAX_READINGS_A_TURN = 5_000;

  private final Context context;
  private final ReadingQueries queries;
  private final Clock clock;

  /**
   * @param length in microseconds
   */
  record Key(SeriesPattern pattern, long length) {}

  AverageWindows(Context context, ReadingQueries queries, Clock clock) {
    this.context = context;
    this.queries = queries;
    this.clock = clock;
  }

  @Override
  public List<SeriesPattern> patterns(Key key) {
    return List.of(key.pattern);
  }

  @Override
  public Future<Loaded<AverageWindow>> load(Key key, long room) {
    long floor = ReadingTime.micros(clock.instant()) - key.length;
    int most = (int) Math.min(room, Integer.MAX_VALUE - 1);
    return queries
        .load(key.pattern, ReadingTime.ofMicros(Math.max(0, floor)), most + 1)
        .compose(
            loaded -> {
              if (loaded.size() <= most) return fill(key, loaded, floor);
              return Future.succeededFuture(new Loaded<>(loaded.snapshot(), null));
            });
  }

  private Future<Loaded<AverageWindow>> fill(Key key, LoadedWindow loaded, long floor) {
    var filling = new TimeWindow(key.length, floor);
    var filled = Promise.<Void>promise();
    fill(loaded, filling, filled);
    var window = new AverageWindow(filling, key.length, clock);
    return filled.future().map(done -> new Loaded<>(loaded.snapshot(), window));
  }

  private void fill(LoadedWindow loaded, TimeWindow filling, Promise<Void> filled) {
    if (loaded.give(MAX_READINGS_A_TURN, filling::add)) {
      context.runOnContext(turn -> fill(loaded, filling, filled));
    } else {
      filled.complete();
    }
  }
}
