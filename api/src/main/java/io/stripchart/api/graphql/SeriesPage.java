package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;

/**
 * A page of series by name, which is also the cursor.
 *
 * @param pattern that they match
 * @param hasNext whether more follow
 * @param hasPrevious whether it begins behind a cursor
 */
record SeriesPage(
    SeriesPattern pattern, List<SeriesRow> rows, boolean hasNext, boolean hasPrevious) {

  /**
   * @param rows one more than the page holds if more follow
   */
  static SeriesPage of(
      SeriesPattern pattern, List<SeriesRow> rows, int first, boolean hasPrevious) {
    boolean hasNext = rows.size() > first;
    return new SeriesPage(pattern, hasNext ? rows.subList(0, first) : rows, hasNext, hasPrevious);
  }

  private static Future<Integer> count(DataFetchingEnvironment environment) {
    return StoredFields.queries(environment).count(environment.<SeriesPage>getSource().pattern);
  }

  private PageEnds ends() {
    if (rows.isEmpty()) return new PageEnds(hasNext, hasPrevious, null, null);
    var last = rows.get(rows.size() - 1);
    return new PageEnds(hasNext, hasPrevious, rows.get(0).name(), last.name());
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "SeriesConnection",
        type ->
            type.dataFetcher("edges", component(SeriesPage.class, SeriesPage::rows))
                .dataFetcher("nodes", component(SeriesPage.class, SeriesPage::rows))
                .dataFetcher("totalCount", later(SeriesPage::count))
                .dataFetcher("pageInfo", component(SeriesPage.class, SeriesPage::ends)));
    wiring.type(
        "SeriesEdge",
        type ->
            type.dataFetcher("cursor", component(SeriesRow.class, SeriesRow::name))
                .dataFetcher("node", component(SeriesRow.class, row -> row)));
    wiring.type("PageInfo", PageEnds::wire);
  }
}
