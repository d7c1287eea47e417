package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;

/**
 * Position of a reading in its series: its time, in an opaque form. A page that begins after it
 * stays the same, whatever is stored before it meanwhile.
 */
public final class ReadingCursor {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + Long.BYTES;

  private ReadingCursor() {}

  public static String of(Reading reading) {
    long micros = ReadingTime.micros(reading.time());
    var bytes = ByteBuffer.allocate(BYTES).put(VERSION).putLong(micros).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The time that it stands for.
   *
   * @throws ApiException if it is none
   */
  public static Instant time(String argument, String cursor) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
      if (bytes.remaining() == BYTES && bytes.get() == VERSION) {
        var time = ReadingTime.ofMicros(bytes.getLong());
        if (!time.isBefore(Reading.EARLIEST) && !time.isAfter(Reading.LATEST)) return time;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Reported below.
    }
    var shown = cursor.length() > 40 ? cursor.substring(0, 40) + "…" : cursor;
    throw ApiException.badArgument(argument, "a cursor of a page, is \"" + shown + "\"");
  }
}
