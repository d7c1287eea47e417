package io.stripchart.ingest.push;

import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.reading.ReadingJson;

/** The form of a body, by its path. */
interface PushForm {
  /** Items of a body at most. */
  int MAX_ITEMS = 10_000;

  /** Hint after the refusal of a numeric time. */
  String OF_NUMBERS = "or say by ?precision=s, ms, us or ns what the number counts";

  /** Receives the content of an item. */
  @FunctionalInterface
  interface Taker {
    /**
     * @param series null if the item has a problem that leaves none
     */
    void take(String series, ReadingJson.Item item);
  }

  /**
   * Reads a body item by item.
   *
   * @return number of items
   * @throws io.stripchart.common.reading.MalformedReadingException if it is not JSON or holds more
   *     than {@link #MAX_ITEMS}; some may have been taken by then
   */
  int read(byte[] body, Taker taker);

  /**
   * Readings of one series: numbers, or objects of value and time.
   *
   * @param precision of times that are numbers; null if there must be none
   */
  record OfSeries(String series, EpochPrecision precision) implements PushForm {
    @Override
    public int read(byte[] body, Taker taker) {
      var items = ReadingJson.items(body, MAX_ITEMS, precision, OF_NUMBERS);
      items.forEach(item -> taker.take(series, item));
      return items.size();
    }
  }
}
