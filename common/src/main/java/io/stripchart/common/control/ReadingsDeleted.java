package io.stripchart.common.control;

import io.stripchart.common.reading.SeriesName;
import io.vertx.core.json.JsonObject;

/**
 * Readings of a series were deleted, and the deletion is committed: caches of the series must be
 * read again. Published to the control exchange under {@link #ROUTING_KEY}.
 *
 * @param series name of the series
 */
public record ReadingsDeleted(String series) {
  public static final String ROUTING_KEY = "readings.deleted";

  public byte[] encode() {
    return new JsonObject().put("series", series).toBuffer().getBytes();
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException if the body is not such a
   *     message
   */
  public static ReadingsDeleted decode(byte[] body) {
    return ControlJson.read(
        body, json -> new ReadingsDeleted(SeriesName.check(json.getString("series"))));
  }
}
