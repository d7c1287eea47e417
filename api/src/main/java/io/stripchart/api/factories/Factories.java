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
 * Factories and what they produced. A change of a factory is done once it is committed and the
 * other api processes were told of it. Belongs to one context. Futures fail with {@link
 * io.stripchart.api.ApiException}, or with another exception where it is a bug.
 */
public final class Factories {
  private final FactoryStore store;
  private final Shared shared;
  private final Charts charts;
  private final CacheLimits caches;

  /** What all event loops share. */
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
   * @return of null where there is none
   */
  public Future<Factory> find(int id) {
    return shared.known.find(id, () -> store.find(id));
  }

  /**
   * In the order of their ids. Who asks again is given the same list, unless one has changed.
   *
   * @param after ids behind this one; -1 for all
   */
  public Future<List<Factory>> page(int after, int first) {
    return shared.known.page(after, first, () -> store.page(after, first));
  }

  /** How many there are. */
  public Future<Integer> count() {
    return store.count();
  }

  /**
   * @param id null for the one behind all that there are
   * @param name null for {@code Factory <id>}
   * @return of null where there is one of that id already
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
   * @return of null where there is none
   */
  public Future<Factory> rename(int id, String name) {
    return store.rename(new Factory(id, Factory.checkName(name))).compose(this::told);
  }

  /**
   * Its readings stay.
   *
   * @return the one that there was; of null where there is none
   */
  public Future<Factory> delete(int id) {
    return store.delete(id).compose(this::told);
  }

  /**
   * Publishes points like any other readings; what is published again is stored once.
   *
   * @return how many readings that were, once the broker has all of them; of null where there is no
   *     such factory
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
