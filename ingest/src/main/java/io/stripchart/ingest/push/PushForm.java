package io.stripchart.ingest.push;

import io.stripchart.common.reading.ReadingJson;

/** What a body holds, as the path says that it was sent to. */
interface PushForm {
  /** Items of a body at most. */
  int MAX_ITEMS = 10_000;

  /** Takes what an item says. */
  @FunctionalInterface
  interface Taker {
    /**
     * @param series null where the item has a problem that leaves none
     */
    void take(String series, ReadingJson.Item item);
  }

  /**
   * Reads a body item by item.
   *
   * @return how many items it holds
   * @throws io.stripchart.common.reading.MalformedReadingException where it is no JSON or holds
   *     more than {@link #MAX_ITEMS}; some may have been taken by then
   */
  int read(byte[] body, Taker taker);

  /** The field that an item has its time in. */
  default String timeField() {
    return "time";
  }

  /** Readings of one series: numbers, or objects of value and time. */
  record OfSeries(String series) implements PushForm {
    @Override
    public int read(byte[] body, Taker taker) {
      var items = ReadingJson.items(body, MAX_ITEMS);
      items.forEach(item -> taker.take(series, item));
      return items.size();
    }
  }
}
