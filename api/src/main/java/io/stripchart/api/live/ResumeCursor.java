package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * What a subscriber received until an event: by batch numbers, and by a time in case these are no
 * longer known. As text it is {@code 1<since>.<body>[.<time>-<rest>]}: numbers to the base of 36,
 * the body in base64url, followed by a reading or a position, which changes with each event.
 *
 * @param since no undelivered reading that this process had received is earlier
 * @param database which numbered the batches; 0 for a time alone
 * @param given whole batches, but see {@code history}
 * @param parts batches that were delivered in part
 * @param last of the only part, the reading that was delivered last, in the order of names and
 *     times; null if parts are delivered up to positions
 * @param history of all delivered batches, what lies after this position is not delivered; null if
 *     it is
 */
public record ResumeCursor(
    Instant since, int database, KnownBatches given, List<Part> parts, Last last, Place history) {
  private static final char VERSION = '1';
  private static final int RADIX = 36;
  private static final int MAX_TEXT = 6_000;

  /** Beyond it, a subscription is resumed by time. */
  private static final int MAX_BODY = 3_000;

  private static final int BY_LAST = 1;
  private static final int BY_PLACE = 2;
  private static final int IN_HISTORY = 4;

  /**
   * Batches of which the readings up to a place were given.
   *
   * @param place null in a body, of the first part: it stands behind it
   */
  record Part(KnownBatches batches, Place place) {}

  /** A reading, by its time in microseconds and a hash of its series' name. */
  record Last(long time, int series) {
    static Last of(Reading reading) {
      return new Last(ReadingTime.micros(reading.time()), reading.series().hashCode());
    }

    boolean is(Reading reading) {
      return equals(of(reading));
    }

    private String text() {
      return tail(time, Integer.toUnsignedLong(series));
    }
  }

  /** One that leads to a time alone. */
  static ResumeCursor byTime(Instant since) {
    return new ResumeCursor(since, 0, KnownBatches.NONE, List.of(), null, null);
  }

  boolean isByTime() {
    return database == 0;
  }

  private static String tail(long time, long rest) {
    return Long.toString(time, RADIX) + "-" + Long.toString(rest, RADIX);
  }

  /**
   * The text of a cursor.
   *
   * @param body as one of these here makes it
   */
  static String text(Instant since, String body) {
    return VERSION + Long.toString(ReadingTime.micros(since), RADIX) + "." + body;
  }

  /** Where whole batches were given. */
  static String whole(int database, KnownBatches given) {
    return encoded(database, given, List.of(), 0, null);
  }

  /** Part of one batch was delivered, up to what {@link #behind(String, Reading)} adds. */
  static String part(int database, KnownBatches given, KnownBatches batch) {
    return encoded(database, given, List.of(new Part(batch, null)), BY_LAST, null);
  }

  /**
   * Parts of batches were delivered, the first one up to what {@link #behind(String, Place)} adds.
   *
   * @param history as of the record
   */
  static String parts(int database, KnownBatches given, List<Part> parts, Place history) {
    return encoded(database, given, parts, BY_PLACE, history);
  }

  /** The past was delivered up to what {@link #behind(String, Place)} adds. */
  static String history(int database, KnownBatches given) {
    return encoded(database, given, List.of(), IN_HISTORY, null);
  }

  static String behind(String body, Reading last) {
    return body.isEmpty() ? body : body + "." + Last.of(last).text();
  }

  static String behind(String body, Place place) {
    return body.isEmpty()
        ? body
        : body + "." + tail(ReadingTime.micros(place.time()), place.seriesId());
  }

  private static String encoded(
      int database, KnownBatches given, List<Part> parts, int kind, Place history) {
    var body = new Body();
    body.number(history == null ? kind : kind | IN_HISTORY);
    body.number(Integer.toUnsignedLong(database));
    body.number(Math.max(0, given.until()));
    body.batches(given);
    body.number(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      body.batches(parts.get(i).batches);
      if (i > 0) body.place(parts.get(i).place);
    }
    if (history != null) body.place(history);
    return database == 0 || body.isTooLong() ? "" : body.text();
  }

  /** Bytes; numbers take 7 bits of each. */
  private static final class Body {
    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BODY);
    private boolean tooLong;

    void number(long value) {
      long rest = value;
      while (rest >>> 7 != 0) {
        add((byte) (rest | 0x80));
        rest >>>= 7;
      }
      add((byte) rest);
    }

    private void add(byte one) {
      tooLong |= !bytes.hasRemaining();
      if (!tooLong) bytes.put(one);
    }

    void place(Place place) {
      number(ReadingTime.micros(place.time()));
      number(place.seriesId());
    }

    void batches(KnownBatches batches) {
      number(batches.processes().size());
      for (var process : batches.processes()) {
        for (int shift = 56; shift >= 0; shift -= 8) {
          add((byte) (process.getMostSignificantBits() >>> shift));
        }
        for (int shift = 56; shift >= 0; shift -= 8) {
          add((byte) (process.getLeastSignificantBits() >>> shift));
        }
        var stretches = batches.stretches(process);
        number(stretches.length / 2);
        long before = 0;
        for (long end : stretches) {
          number(end - before);
          before = end;
        }
      }
    }

    boolean isTooLong() {
      return tooLong;
    }

    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
    }
  }

  /**
   * @param text the cursor of an event
   * @throws ApiException if it is not a cursor
   */
  public static ResumeCursor parse(String text) {
    try {
      if (text.isEmpty() || text.length() > MAX_TEXT || text.charAt(0) != VERSION)
        throw malformed();
      var fields = text.substring(1).split("\\.", -1);
      if (fields.length < 2 || fields.length > 3) throw malformed();
      var since = time(Long.parseLong(fields[0], RADIX));
      if (fields[1].isEmpty()) return byTime(since);
      var body = ByteBuffer.wrap(Base64.getUrlDecoder().decode(fields[1]));
      return read(since, body, fields.length == 3 ? fields[2] : null);
    } catch (IllegalArgumentException | ArithmeticException | BufferUnderflowException e) {
      throw ApiException.badArgument("after", "the extensions.cursor of an event, unchanged");
    }
  }

  private static ResumeCursor read(Instant since, ByteBuffer body, String tail) {
    int kind = (int) number(body);
    int database = (int) number(body);
    var given = batches(body, number(body));
    long count = number(body);
    if (count > body.remaining()) throw malformed();
    long[] ends = tail == null ? null : ends(tail);
    var parts = new ArrayList<Part>();
    boolean byLast = (kind & BY_LAST) != 0;
    for (int i = 0; i < count; i++) {
      var batches = batches(body, Long.MIN_VALUE);
      Place place = null;
      if (i > 0) {
        place = place(number(body), number(body));
      } else if (!byLast && ends != null) {
        place = place(ends[0], ends[1]);
      }
      if (place == null && !byLast) throw malformed();
      parts.add(new Part(batches, place));
    }
    Place history = null;
    if ((kind & IN_HISTORY) != 0) {
      boolean isTail = parts.isEmpty();
      if (isTail && ends == null) throw malformed();
      history = isTail ? place(ends[0], ends[1]) : place(number(body), number(body));
    }
    if (body.hasRemaining() || database == 0) throw malformed();
    if (byLast && (parts.size() != 1 || ends == null)) throw malformed();
    return new ResumeCursor(
        since, database, given, parts, byLast ? new Last(ends[0], (int) ends[1]) : null, history);
  }

  private static long[] ends(String tail) {
    int dash = tail.indexOf('-');
    if (dash < 1) throw malformed();
    return new long[] {
      Long.parseLong(tail.substring(0, dash), RADIX),
      Long.parseLong(tail.substring(dash + 1), RADIX)
    };
  }

  private static Place place(long time, long series) {
    if (series < 0 || series > Integer.MAX_VALUE) throw malformed();
    return new Place(time(time), (int) series);
  }

  private static Instant time(long micros) {
    if (micros < 0 || micros > ReadingTime.micros(Reading.LATEST)) throw malformed();
    return ReadingTime.ofMicros(micros);
  }

  private static long number(ByteBuffer body) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte next = body.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) return value;
    }
    throw malformed();
  }

  private static KnownBatches batches(ByteBuffer body, long until) {
    var batches = KnownBatches.before(until).builder();
    long processes = number(body);
    if (processes > body.remaining()) throw malformed();
    for (long i = 0; i < processes; i++) {
      var process = new UUID(body.getLong(), body.getLong());
      long stretches = number(body);
      if (stretches > body.remaining()) throw malformed();
      long before = 0;
      for (long j = 0; j < stretches; j++) {
        long first = Math.addExact(before, number(body));
        before = Math.addExact(first, number(body));
        batches.add(process, first, before);
      }
    }
    return batches.build();
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException();
  }
}
