package io.stripchart.api.factories;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.stored.Statements;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of factories. Belongs to one context. Futures fail with {@link ApiException}, or with
 * another exception if it is a bug.
 */
final class FactoryStore {
  private static final String FIND = "select id, name from factory where id = $1";

  private static final String PAGE =
      "select id, name from factory where id > $1 order by id limit $2";

  private static final String COUNT = "select count(*)::int4 from factory";

  private static final String INSERT =
      """
      insert into factory (id, name) values ($1, $2)
      on conflict do nothing returning id, name\
      """;

  private static final String NEXT = "select coalesce(max(id) + 1::bigint, 0) from factory";

  private static final String PUT =
      """
      insert into factory (id, name) values ($1, $2)
      on conflict (id) do update set name = excluded.name, changed_at = now()
      returning id, name, xmax = 0\
      """;

  private static final String RENAME =
      """
      update factory set name = $2, changed_at = now()
      where id = $1 returning id, name\
      """;

  private static final String DELETE = "delete from factory where id = $1 returning id, name";

  /** Each time another one was made under the id that was free. */
  private static final int MAX_TRIES = 50;

  private final Statements statements;

  FactoryStore(Statements statements) {
    this.statements = statements;
  }

  private Future<RowSet<Row>> ask(String sql, Tuple arguments) {
    return statements.quick(Query.FACTORIES, sql, arguments);
  }

  private static Factory factory(Row row) {
    return new Factory(row.getInteger(0), row.getString(1));
  }

  /** Null if there is none. */
  private static Factory only(RowSet<Row> rows) {
    return rows.size() == 0 ? null : factory(rows.iterator().next());
  }

  /**
   * @return of null if there is none
   */
  Future<Factory> find(int id) {
    return ask(FIND, Tuple.of(id)).map(FactoryStore::only);
  }

  /**
   * In the order of their ids.
   *
   * @param after ids behind this one; -1 for all
   */
  Future<List<Factory>> page(int after, int first) {
    return ask(PAGE, Tuple.of(after, first))
        .map(
            rows -> {
              var page = new ArrayList<Factory>();
              for (var row : rows) page.add(factory(row));
              return page;
            });
  }

  Future<Integer> count() {
    return ask(COUNT, Tuple.tuple()).map(rows -> rows.iterator().next().getInteger(0));
  }

  /**
   * @return of null if there is one already
   */
  Future<Factory> insert(Factory factory) {
    return ask(INSERT, Tuple.of(factory.id(), factory.name())).map(FactoryStore::only);
  }

  /**
   * Creates a factory with the greatest existing id plus 1.
   *
   * @param name null for the default
   */
  Future<Factory> insertNext(String name) {
    return insertNext(name, MAX_TRIES);
  }

  private Future<Factory> insertNext(String name, int tries) {
    return ask(NEXT, Tuple.tuple())
        .map(rows -> next(rows.iterator().next().getLong(0)))
        .compose(id -> insert(new Factory(id, name == null ? Factory.defaultName(id) : name)))
        .compose(
            made -> {
              if (made != null) return Future.succeededFuture(made);
              if (tries > 1) return insertNext(name, tries - 1);
              throw new ApiException(Code.TIMEOUT, "too many factories are made; try again");
            });
  }

  private static int next(long id) {
    if (id <= Integer.MAX_VALUE) return (int) id;
    throw ApiException.badArgument("id", "given, as none is left behind the last one");
  }

  /**
   * @param made whether it was not there before
   */
  record Put(Factory factory, boolean made) {}

  Future<Put> put(Factory factory) {
    return ask(PUT, Tuple.of(factory.id(), factory.name()))
        .map(rows -> new Put(only(rows), rows.iterator().next().getBoolean(2)));
  }

  /**
   * @return of null if there is none
   */
  Future<Factory> rename(Factory factory) {
    return ask(RENAME, Tuple.of(factory.id(), factory.name())).map(FactoryStore::only);
  }

  /**
   * @return the deleted factory; of null if it did not exist
   */
  Future<Factory> delete(int id) {
    return ask(DELETE, Tuple.of(id)).map(FactoryStore::only);
  }
}
