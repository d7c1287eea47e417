package io.stripchart.api.graphql;

import static io.stripchart.api.graphql.Fields.component;
import static io.stripchart.api.graphql.Fields.later;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.stripchart.api.ApiException;
import io.stripchart.api.control.FeedControl;
import io.stripchart.api.control.Recorder;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.util.Map;

/** The fields that other roles answer over the broker. */
public final class ControlFields {
  private final Recorder recorder;
  private final FeedControl feeds;

  public ControlFields(Recorder recorder, FeedControl feeds) {
    this.recorder = recorder;
    this.feeds = feeds;
  }

  private record Toggled(boolean on) {
    Object status() {
      return on ? "on" : "off";
    }
  }

  void wire(RuntimeWiring.Builder wiring) {
    wiring.type("Query", query -> query.dataFetcher("feeds", environment -> feeds.feeds()));
    wiring.type(
        "Mutation",
        mutation ->
            mutation
                .dataFetcher("record", later(this::record))
                .dataFetcher("toggleFeed", later(this::toggle)));
    wiring.type("Feed", Fields::feed);
    wiring.type("FeedFailure", Fields::feedFailure);
    wiring.type(
        "ToggleFeedPayload",
        type -> type.dataFetcher("status", component(Toggled.class, Toggled::status)));
  }

  private Future<Reading> record(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    double value = arguments.required("value", Double.class);
    return recorder.record(
        arguments.required("series", String.class), value, arguments.time("time"));
  }

  private Future<Toggled> toggle(DataFetchingEnvironment environment) {
    Map<?, ?> input = new Arguments(environment).required("input", Map.class);
    var feed = (String) input.get("feed");
    return feeds.toggle(feed, on((String) input.get("status"))).map(Toggled::new);
  }

  private static boolean on(String status) {
    return switch (status) {
      case "on" -> true;
      case "off" -> false;
      default -> throw ApiException.badArgument("status", "\"on\" or \"off\"");
    };
  }
}
