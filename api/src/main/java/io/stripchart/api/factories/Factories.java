package io.stripchart.api.factories;

import io.stripchart.api.CacheLimits;
import io.stripchart.api.control.Recorder;
import io.stripchart.api.factories.FactoryStore.Put;
import io.stripchart.api.factories.chart.ChartPoint;
import io.stripchart.api.factories.chart.ChartSeries;
import io.stripchart.api.factories.chart.Charts;
import io.stripchart.api.stored.Statements;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Factories and their production. A change of a factory is complete when it is committed and
 * announced to the other api processes. Belongs to one context. Futures fail with {@link
 * io.stripchart.api.ApiException}, or with another exception if there is a bug.
 */
public final class Factories {
  private final FactoryStore store;
  private final Shared shared;
  private final Charts charts;
  private final CacheLimits caches;

  /** Shared by all event loops. */
  public record Shared(KnownFactories known, FactoryNews news, Recorder recorder) {}

  public Factories(Statements statements, Shared shared, Charts charts, CacheLimits caches) {
    this.caches = caches;
    this.store = new FactoryStore(statements);
    this.shared = shared;
    this.charts = charts;
  }

  CacheLimits caches() {
    return caches;
  }

  public Charts charts() {
    return charts;
  }

  public Recorder recorder() {
    return shared.recorder;
  }

  /**
   * @return of null if there is none
   */
  public Future<Factory> find(int id) {
    return shared.known.find(id, () -> store.find(id));
  }

  /**
   * In order of ids. Returns the same list again, unless a factory has changed.
   *
   * @param after ids after this one; -1 for all
   */
  public Future<List<Factory>> page(int after, int first) {
    return shared.known.page(after, first, () -> store.page(after, first));
  }

  /** How many there are. */
  public Future<Integer> count() {
    return store.count();
  }

  /**
   * @param id null for the greatest existing id plus 1
   * @param name null for {@code Factory <id>}
   * @return of null if a factory with this id exists
   */
  public Future<Factory> create(Integer id, String name) {
    if (name != null) Factory.checkName(name);
    if (id == null) return store.insertNext(name).compose(this::told);
    var given = name == null ? Factory.defaultName(id) : name;
    return store.insert(new Factory(id, given)).compose(this::told);
  }

  private Future<Factory> told(Factory changed) {
    if (changed == null) return Future.succeededFuture();
    return shared.news.tell(changed.id()).map(changed);
  }

  /** Makes it or renames it. */
  Future<Put> put(int id, String name) {
    return store
        .put(new Factory(id, Factory.checkName(name)))
        .compose(put -> told(put.factory()).map(put));
  }

  /**
   * @return of null if there is none
   */
  public Future<Factory> rename(int id, String name) {
    return store.rename(new Factory(id, Factory.checkName(name))).compose(this::told);
  }

  /**
   * Its readings are kept.
   *
   * @return the deleted factory; of null if it did not exist
   */
  public Future<Factory> delete(int id) {
    return store.delete(id).compose(this::told);
  }

  /**
   * Publishes points as readings; points that are published again are stored once.
   *
   * @return number of readings, when the broker has confirmed all of them; of null if the factory
   *     does not exist
   */
  public Future<Integer> append(int id, List<ChartPoint> points) {
    return find(id)
        .compose(
            factory -> {
              if (factory == null) return Future.succeededFuture();
              var readings = readings(id, points);
              return shared.recorder.record(readings).map(readings.size());
            });
  }

  private static List<Reading> readings(int id, List<ChartPoint> points) {
    var readings = new ArrayList<Reading>();
    for (var series : ChartSeries.values()) {
      var name = series.of(id);
      for (var point : points) {
        var value = series == ChartSeries.ACTUAL ? point.actual() : point.goal();
        if (value != null) readings.add(new Reading(name, point.time(), value));
      }
    }
    return readings;
  }
}
