package io.stripchart.ingest.feed;

import io.stripchart.common.reading.SeriesName;
import java.time.Duration;

/**
 * A websocket source, and the series that it is recorded as.
 *
 * @param series names the feed too
 * @param idle without any reading for so long, it is connected again
 */
public record Feed(String series, FeedAddress address, FeedRequest request, Duration idle) {
  public Feed {
    SeriesName.check(series);
  }
}
