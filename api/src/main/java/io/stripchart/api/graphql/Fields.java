package io.stripchart.api.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.TypeRuntimeWiring;
import io.stripchart.api.graphql.plain.Component;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.util.function.Function;

/** Fields as functions. */
final class Fields {
  private Fields() {}

  static <S> DataFetcher<Object> component(Class<S> type, Function<S, Object> component) {
    return new Component<>(type, component);
  }

  /** A fetcher of a list whose maximum length follows from the field's arguments. */
  interface SizedFetcher extends DataFetcher<Object> {
    /**
     * @param arguments as they were sent, not coerced: texts and numbers; null if not given
     * @return how many elements there are at most; 1 if the arguments are wrong, as then the field
     *     fails before it reads anything
     */
    long size(Function<String, Object> arguments);
  }

  /** A field that is answered later. */
  static DataFetcher<Object> later(Function<DataFetchingEnvironment, Future<?>> field) {
    return environment -> field.apply(environment).toCompletionStage();
  }

  static TypeRuntimeWiring.Builder reading(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("series", component(Reading.class, Reading::series))
        .dataFetcher("time", component(Reading.class, Reading::time))
        .dataFetcher("timestamp", component(Reading.class, Reading::time))
        .dataFetcher("value", component(Reading.class, Reading::value));
  }

  static TypeRuntimeWiring.Builder feed(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("name", component(FeedStatus.class, FeedStatus::feed))
        .dataFetcher("url", component(FeedStatus.class, FeedStatus::url))
        .dataFetcher("state", component(FeedStatus.class, status -> status.state().name()))
        .dataFetcher("since", component(FeedStatus.class, FeedStatus::since))
        .dataFetcher("received", component(FeedStatus.class, FeedStatus::received))
        .dataFetcher("gaps", component(FeedStatus.class, FeedStatus::gaps))
        .dataFetcher("lastReading", component(FeedStatus.class, FeedStatus::lastReading))
        .dataFetcher("protocol", component(FeedStatus.class, FeedStatus::protocol))
        .dataFetcher("lastFailure", component(FeedStatus.class, FeedStatus::lastFailure));
  }

  static TypeRuntimeWiring.Builder feedFailure(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher(
            "reason", component(FeedStatus.Failure.class, FeedStatus.Failure::reason))
        .dataFetcher("time", component(FeedStatus.Failure.class, FeedStatus.Failure::time));
  }
}
