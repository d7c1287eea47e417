package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;

import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.stored.PageRequest;
import io.stripchart.api.stored.ReadingCursor;
import io.stripchart.api.stored.ReadingPage;
import io.stripchart.common.reading.Reading;

/** A page of readings, and its arguments. */
record ReadingsPage(PageRequest asked, ReadingPage page) {
  private PageEnds ends() {
    boolean next = asked.hasNext(page);
    boolean previous = asked.hasPrevious(page);
    var readings = page.readings();
    if (readings.isEmpty()) return new PageEnds(next, previous, null, null);
    var first = ReadingCursor.of(readings.get(0));
    return new PageEnds(next, previous, first, ReadingCursor.of(readings.get(readings.size() - 1)));
  }

  static void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "ReadingConnection",
        type ->
            type.dataFetcher("edges", component(ReadingsPage.class, page -> page.page().readings()))
                .dataFetcher("nodes", component(ReadingsPage.class, page -> page.page().readings()))
                .dataFetcher("pageInfo", component(ReadingsPage.class, ReadingsPage::ends)));
    wiring.type(
        "ReadingEdge",
        type ->
            type.dataFetcher("cursor", component(Reading.class, ReadingCursor::of))
                .dataFetcher("node", component(Reading.class, reading -> reading)));
  }
}
