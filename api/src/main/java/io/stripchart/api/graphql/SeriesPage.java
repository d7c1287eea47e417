package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;

import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.stored.SeriesRow;
import java.util.List;

/**
 * A page of series by name, which is also the cursor.
 *
 * @param hasNext whether more follow
 * @param hasPrevious whether it begins behind a cursor
 */
record SeriesPage(List<SeriesRow> rows, boolean hasNext, boolean hasPrevious) {

  /**
   * @param rows one more than the page holds where more follow
   */
  static SeriesPage of(List<SeriesRow> rows, int first, boolean hasPrevious) {
    boolean hasNext = rows.size() > first;
    return new SeriesPage(hasNext ? rows.subList(0, first) : rows, hasNext, hasPrevious);
  }

  private String startCursor() {
    return rows.isEmpty() ? null : rows.get(0).name();
  }

  private String endCursor() {
    return rows.isEmpty() ? null : rows.get(rows.size() - 1).name();
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "SeriesConnection",
        type ->
            type.dataFetcher("edges", component(SeriesPage.class, SeriesPage::rows))
                .dataFetcher("pageInfo", component(SeriesPage.class, page -> page)));
    wiring.type(
        "SeriesEdge",
        type ->
            type.dataFetcher("cursor", component(SeriesRow.class, SeriesRow::name))
                .dataFetcher("node", component(SeriesRow.class, row -> row)));
    wiring.type(
        "PageInfo",
        type ->
            type.dataFetcher("hasNextPage", component(SeriesPage.class, SeriesPage::hasNext))
                .dataFetcher(
                    "hasPreviousPage", component(SeriesPage.class, SeriesPage::hasPrevious))
                .dataFetcher("startCursor", component(SeriesPage.class, SeriesPage::startCursor))
                .dataFetcher("endCursor", component(SeriesPage.class, SeriesPage::endCursor)));
  }
}
