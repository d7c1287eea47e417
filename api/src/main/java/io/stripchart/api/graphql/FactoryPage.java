package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.factories.Factory;
import java.util.List;

/**
 * A page of factories by id, which is also the cursor.
 *
 * @param hasNext whether more follow
 * @param hasPrevious whether it begins behind a cursor
 */
record FactoryPage(List<Factory> factories, boolean hasNext, boolean hasPrevious) {

  /**
   * @param found one more than the page holds if more follow
   */
  static FactoryPage of(List<Factory> found, int first, boolean hasPrevious) {
    boolean hasNext = found.size() > first;
    return new FactoryPage(hasNext ? found.subList(0, first) : found, hasNext, hasPrevious);
  }

  private static String cursor(Factory factory) {
    return Integer.toString(factory.id());
  }

  private PageEnds ends() {
    if (factories.isEmpty()) return new PageEnds(hasNext, hasPrevious, null, null);
    var last = factories.get(factories.size() - 1);
    return new PageEnds(hasNext, hasPrevious, cursor(factories.get(0)), cursor(last));
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "FactoryConnection",
        type ->
            type.dataFetcher("edges", component(FactoryPage.class, FactoryPage::factories))
                .dataFetcher("nodes", component(FactoryPage.class, FactoryPage::factories))
                .dataFetcher(
                    "totalCount",
                    later(environment -> FactoryFields.factories(environment).count()))
                .dataFetcher("pageInfo", component(FactoryPage.class, FactoryPage::ends)));
    wiring.type(
        "FactoryEdge",
        type ->
            type.dataFetcher("cursor", component(Factory.class, FactoryPage::cursor))
                .dataFetcher("node", component(Factory.class, factory -> factory)));
  }
}
