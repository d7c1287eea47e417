package io.stripchart.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.stripchart.api.stored.SeriesRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderOptions;

/** Fields that are answered for all series, rooms or factories of a level at once. */
final class SeriesBatches {
  /** As many as a page of them has. */
  private static final DataLoaderOptions OPTIONS =
      DataLoaderOptions.newOptions().setMaxBatchSize(StoredFields.MAX_SERIES).build();

  private SeriesBatches() {}

  /**
   * @param ask reads the values of the series, in their order; called once for all series with the
   *     same arguments
   */
  static <T> CompletableFuture<T> load(
      DataFetchingEnvironment environment, Function<List<SeriesRow>, Future<List<T>>> ask) {
    return load(SeriesRow.class, environment, ask);
  }

  /**
   * The same for types other than series.
   *
   * @param type of the parent objects
   */
  static <K, T> CompletableFuture<T> load(
      Class<K> type, DataFetchingEnvironment environment, Function<List<K>, Future<List<T>>> ask) {
    var name = type.getName() + environment.getField().getName() + environment.getArguments();
    return environment
        .getDataLoaderRegistry()
        .<K, T>computeIfAbsent(
            name,
            loader -> DataLoaderFactory.<K, T>newDataLoader(keys -> answer(keys, ask), OPTIONS))
        .load(type.cast(environment.getSource()));
  }

  private static <K, T> CompletionStage<List<T>> answer(
      List<K> keys, Function<List<K>, Future<List<T>>> ask) {
    return Future.<Void>succeededFuture().compose(asked -> ask.apply(keys)).toCompletionStage();
  }
}
