package io.stripchart.api.series;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.control.DeletionNews;
import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.rest.Text;
import io.stripchart.api.stored.ReadingDeletion;
import io.stripchart.api.stored.ReadingDeletion.Deleted;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes readings of a series by request. For any context. */
public final class SeriesDeletion {
  private static final Logger log = LoggerFactory.getLogger(SeriesDeletion.class);

  private final ReadingDeletion deletion;
  private final DeletionNews news;
  private final ApiMetrics metrics;

  public SeriesDeletion(ReadingDeletion deletion, DeletionNews news, ApiMetrics metrics) {
    this.deletion = deletion;
    this.news = news;
    this.metrics = metrics;
  }

  private record Range(String series, Instant from, Instant to) {}

  /**
   * @throws io.stripchart.api.rest.ProblemException if the range is not given in full
   */
  Future<? extends Reply> delete(RestRequest request, ReadingQueries queries) {
    request.acceptsJson();
    var parameters = request.parameters(List.of("from", "to"));
    var series = Parameters.read("name", SeriesName::check, request.text("name", 1));
    var from = parameters.requiredTime("from");
    var to = parameters.requiredTime("to");
    Parameters.checkOrder(from, to);
    var range = new Range(series, from, to);
    return SeriesDesk.named(series, queries)
        .compose(row -> deletion.delete(row, from, to).recover(failure -> inDoubt(series, failure)))
        .compose(deleted -> news.tell(series).map(told -> answer(range, deleted)));
  }

  /** A commit whose answer was lost with the connection may stand. */
  private Future<Deleted> inDoubt(String series, Throwable failure) {
    boolean isAway = failure instanceof ApiException known && known.code() == Code.DATABASE_AWAY;
    Future<Void> told = isAway ? news.tell(series) : Future.succeededFuture();
    return told.compose(any -> Future.failedFuture(failure));
  }

  private Reply answer(Range range, Deleted deleted) {
    metrics.deleted(deleted.count());
    log.info(
        "event=readings_deleted series={} from={} to={} count={}",
        range.series,
        range.from,
        deleted.until(),
        deleted.count());
    boolean complete = !deleted.until().isBefore(range.to);
    var text = new StringBuilder("{\"series\":");
    Text.json(text, range.series);
    text.append(",\"deleted\":").append(deleted.count());
    text.append(",\"complete\":").append(complete);
    text.append(",\"until\":");
    Text.json(text, ReadingTime.format(deleted.until()));
    return new Reply.Done(200, text.append('}').toString(), null);
  }
}
