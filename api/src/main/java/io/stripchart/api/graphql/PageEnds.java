package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;

import graphql.schema.idl.TypeRuntimeWiring;

/**
 * Position of a page.
 *
 * @param startCursor of its first item; null if it is empty, as is {@code endCursor}
 */
record PageEnds(boolean hasNext, boolean hasPrevious, String startCursor, String endCursor) {
  static TypeRuntimeWiring.Builder wire(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("hasNextPage", component(PageEnds.class, PageEnds::hasNext))
        .dataFetcher("hasPreviousPage", component(PageEnds.class, PageEnds::hasPrevious))
        .dataFetcher("startCursor", component(PageEnds.class, PageEnds::startCursor))
        .dataFetcher("endCursor", component(PageEnds.class, PageEnds::endCursor));
  }
}
