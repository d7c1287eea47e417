package io.stripchart.api.factories.chart;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.CacheLimits;
import io.stripchart.api.kept.KeptLoop;
import io.stripchart.api.kept.KeptViews;
import io.stripchart.api.kept.Limits;
import io.stripchart.api.kept.Loaded;
import io.stripchart.api.kept.ViewSource;
import io.stripchart.api.stored.Statements;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Production of factories. Charts of the newest points are cached, and cost the database nothing
 * while clients request them; other ranges are read from the database each time. Belongs to one
 * context. Futures fail with {@link io.stripchart.api.ApiException}.
 */
public final class Charts {
  /** Of one chart. */
  public static final int MAX_POINTS = 10_000;

  private static final int MAX_LOADING = 32;

  /** Charts that do not fit are read each time, which costs as much as loading them. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** Whose charts are kept. */
  public static final Window ALL = new Window(null, null);

  private final ChartStore store;
  private final KeptViews<Key, ChartView> kept;

  private record Key(int factory, int limit) {}

  private final class Source implements ViewSource<Key, ChartView> {
    @Override
    public List<SeriesPattern> patterns(Key key) {
      return List.of(
          SeriesPattern.of(ChartSeries.ACTUAL.of(key.factory)),
          SeriesPattern.of(ChartSeries.GOAL.of(key.factory)));
    }

    @Override
    public Future<Loaded<ChartView>> load(Key key, long room) {
      return store
          .newest(List.of(key.factory), ALL, key.limit)
          .map(
              read -> {
                var view = new ChartView(key.factory, read.charts().get(0));
                return new Loaded<>(read.snapshot(), view.weight() > room ? null : view);
              });
    }
  }

  public Charts(KeptLoop loop, Statements statements, ApiMetrics metrics, CacheLimits caches) {
    this.store = new ChartStore(statements);
    int maxViews = (int) (caches.charts() / ChartView.weight(0));
    var limits = new Limits(maxViews, caches.charts(), MAX_LOADING, Duration.ZERO, AGAIN);
    var held = metrics.factoryBytes();
    this.kept = new KeptViews<>(loop, new Source(), limits, held::addAndGet);
  }

  /**
   * The newest points of a window.
   *
   * @param limit 1 to {@link #MAX_POINTS}
   */
  public Future<Chart> chart(int factory, Window window, int limit) {
    if (!window.equals(ALL)) return read(List.of(factory), window, limit).map(all -> all.get(0));
    return kept.ask(new Key(factory, limit))
        .compose(
            view ->
                view == null
                    ? read(List.of(factory), ALL, limit).map(all -> all.get(0))
                    : Future.succeededFuture(view.chart()));
  }

  /**
   * The newest points of each factory, in their order: those that are kept, and the others by one
   * statement.
   */
  public Future<List<Chart>> newest(List<Integer> factories, int limit) {
    var asked = factories.stream().map(one -> kept.ask(new Key(one, limit))).toList();
    return Future.join(asked)
        .otherwiseEmpty()
        .compose(
            done -> {
              var missing = new ArrayList<Integer>();
              for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).result() == null) missing.add(factories.get(i));
              }
              if (missing.isEmpty()) return Future.succeededFuture(joined(asked, List.of()));
              return read(missing, ALL, limit).map(read -> joined(asked, read));
            });
  }

  private static List<Chart> joined(List<Future<ChartView>> asked, List<Chart> read) {
    var others = read.iterator();
    return asked.stream()
        .map(Future::result)
        .map(view -> view == null ? others.next() : view.chart())
        .toList();
  }

  private Future<List<Chart>> read(List<Integer> factories, Window window, int limit) {
    return store.newest(factories, window, limit).map(read -> charts(factories, read.charts()));
  }

  private static List<Chart> charts(List<Integer> factories, List<ChartPoints> points) {
    var charts = new ArrayList<Chart>();
    for (int i = 0; i < points.size(); i++) charts.add(Chart.of(factories.get(i), points.get(i)));
    return charts;
  }

  /** The newest points of a window of each factory, in their order, by one statement. */
  public Future<List<List<ChartPoint>>> points(List<Integer> factories, Window window, int limit) {
    return store
        .newest(factories, window, limit)
        .map(read -> read.charts().stream().map(ChartPoints::list).toList());
  }

  /**
   * Actual divided by planned production, over the times that have both; for each factory, in their
   * order, by one statement.
   *
   * @return of null if there are no such times, or if the planned sum is 0; infinite if it exceeds
   *     a double
   */
  public Future<List<Double>> attainment(List<Integer> factories, Window window) {
    return store.attainment(factories, window);
  }

  /** Stops eviction. The cache must not be used afterwards. */
  public void close() {
    kept.close();
  }
}
