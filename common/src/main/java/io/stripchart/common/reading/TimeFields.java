package io.stripchart.common.reading;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The time of a reading in one JSON object. {@code time} and {@code timestamp} are synonyms
 * everywhere. A field that only looks like a time is refused: if it were ignored, the reading would
 * keep its time of arrival for ever.
 */
public final class TimeFields {
  public static final String TIME = "time";
  public static final String TIMESTAMP = "timestamp";

  private static final Set<String> SURE = Set.of("time", "timestamp", "ts", "date", "datetime");

  /** Names that say how a time is written, beside another name or alone. */
  private static final Set<String> UNITS =
      Set.of(
          "s", "ms", "us", "ns", "sec", "secs", "seconds", "millis", "micros", "nanos", "utc",
          "gmt", "iso", "iso8601", "rfc3339", "unix", "epoch", "posix", "local");

  private static final Set<String> UNITS_ALONE = Set.of("utc", "gmt", "unix", "epoch", "posix");

  private static final Set<String> LAST_WORDS =
      Set.of("time", "timestamp", "ts", "date", "datetime", "at", "epoch");

  private static final Set<String> OTHERS =
      Set.of(
          "t",
          "dt",
          "when",
          "at",
          "clock",
          "instant",
          "moment",
          "created",
          "measured",
          "recorded",
          "observed",
          "sampled",
          "taken");

  private static final List<String> ENDINGS = List.of("time", "timestamp", "date", "edat");

  private static final Pattern WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  private static final Pattern DATE =
      Pattern.compile("\\s*\\d{4}-?\\d\\d-?\\d\\d.*", Pattern.DOTALL);

  /** Seconds of the epoch from 2001 to 2100; and in its smaller units. */
  private static final double MIN_EPOCH = 1e9;

  private static final double MAX_EPOCH = 4.2e9;

  private static final int LONGEST_NAME = 64;
  private static final int MAX_KNOWN = 1_000;
  private static final Map<String, Likeness> KNOWN = new ConcurrentHashMap<>();

  /** How much a name looks like that of a time. */
  private enum Likeness {
    /** It is one of the two. */
    IS_TIME,
    /** It is meant as one, whatever its value. */
    SURE,
    /** It is meant as one where its value could be a time. */
    BY_VALUE,
    NONE
  }

  private final String usual;
  private final EpochPrecision precision;
  private final String ofNumbers;
  private Instant time;
  private String field;

  /**
   * @param usual the name of a time in messages: that of the documentation
   * @param precision of numeric times; null if they are not allowed
   * @param ofNumbers hint after the refusal of a number if {@code precision} is null; may be empty
   */
  public TimeFields(String usual, EpochPrecision precision, String ofNumbers) {
    this.usual = usual;
    this.precision = precision;
    this.ofNumbers = ofNumbers;
  }

  /** Whether a field of that name must be passed to {@link #take}. */
  public static boolean concern(String name) {
    return likeness(name) != Likeness.NONE;
  }

  /** Null if no field gives one. */
  public Instant time() {
    return time;
  }

  /** The name of the field that gives the time; null if none does. */
  public String field() {
    return field;
  }

  /**
   * Takes the field whose value is the parser's current token.
   *
   * @return whether it is a time; others are ignored
   * @throws MalformedReadingException which names the field, if it is refused
   */
  public boolean take(String name, JsonParser parser) throws IOException {
    return take(name, value(parser));
  }

  /** As {@link #take(String, JsonParser)}, of a decoded value. */
  public boolean take(String name, Object value) {
    var likeness = likeness(name);
    if (likeness == Likeness.NONE) return false;
    if (value == null) return likeness == Likeness.IS_TIME;
    if (likeness != Likeness.IS_TIME) {
      if (likeness == Likeness.BY_VALUE && !couldBeTime(value)) return false;
      throw new MalformedReadingException(
          JsonItems.shortened(name) + ": is not read; a reading's time is in " + usual);
    }
    var given = given(name, value);
    if (time != null && !time.equals(given)) {
      throw new MalformedReadingException(
          name + ": is another time than " + field + " says, which means the same; give one");
    }
    time = given;
    field = name;
    return true;
  }

  private Instant given(String name, Object value) {
    if (value instanceof String text) return ReadingTime.parse(name, text);
    if (!(value instanceof Number number)) {
      throw new MalformedReadingException(name + ": must be a string, is " + shown(value));
    }
    if (precision != null) return precision.time(name, decimal(name, number));
    throw new MalformedReadingException(
        name
            + ": must be a string, is "
            + shown(value)
            + (ofNumbers.isEmpty() ? "" : "; " + ofNumbers));
  }

  private BigDecimal decimal(String name, Number number) {
    try {
      return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
    } catch (NumberFormatException e) {
      throw precision.outside(name);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case START_OBJECT -> Map.of();
      default -> List.of();
    };
  }

  /** A double if the exponent is beyond that of a decimal number: infinite, or 0. */
  private static Number number(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue();
    } catch (JsonProcessingException | NumberFormatException e) {
      return parser.getDoubleValue();
    }
  }

  private static String shown(Object value) {
    if (value instanceof Number) return JsonItems.shortened(value.toString());
    if (value instanceof Boolean) return "a boolean";
    return value instanceof Iterable ? "an array" : "an object";
  }

  private static boolean couldBeTime(Object value) {
    if (value instanceof String text) return DATE.matcher(text).matches();
    if (!(value instanceof Number number)) return false;
    double epoch = number.doubleValue();
    for (double unit = 1; unit <= 1e9; unit *= 1e3) {
      if (epoch >= MIN_EPOCH * unit && epoch <= MAX_EPOCH * unit) return true;
    }
    return false;
  }

  private static Likeness likeness(String name) {
    if (name.equals(TIME) || name.equals(TIMESTAMP)) return Likeness.IS_TIME;
    if (name.length() > LONGEST_NAME) return Likeness.NONE;
    var known = KNOWN.get(name);
    if (known != null) return known;
    var found = judged(name);
    if (KNOWN.size() < MAX_KNOWN) KNOWN.put(name, found);
    return found;
  }

  private static Likeness judged(String name) {
    var words =
        Arrays.stream(WORDS.split(name))
            .filter(word -> !word.isEmpty())
            .map(word -> word.toLowerCase(Locale.ROOT))
            .toList();
    if (words.isEmpty()) return Likeness.NONE;
    var rest = words.stream().filter(word -> !UNITS.contains(word)).toList();
    if (SURE.contains(String.join("", rest))) return Likeness.SURE;
    var whole = String.join("", words);
    if (whole.startsWith("timestamp") || SURE.contains(whole)) return Likeness.SURE;
    boolean byValue =
        OTHERS.contains(whole)
            || LAST_WORDS.contains(last(rest))
            || words.stream().anyMatch(UNITS_ALONE::contains)
            || ENDINGS.stream().anyMatch(whole::endsWith);
    return byValue ? Likeness.BY_VALUE : Likeness.NONE;
  }

  private static String last(List<String> words) {
    return words.isEmpty() ? "" : words.get(words.size() - 1);
  }
}
