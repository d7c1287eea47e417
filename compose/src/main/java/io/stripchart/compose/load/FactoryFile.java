package io.stripchart.compose.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.stripchart.common.reading.AcceptableTimes;
import java.io.IOException;
import java.io.InputStream;

/**
 * Factories' production as JSON, read a factory at a time, so that memory does not depend on the
 * file's length:
 *
 * <pre>{@code
 * {"factories": [{"factory": {"id": 7, "name": "North", "chart_data": {
 *   "sprocket_production_actual": [32, 28], "sprocket_production_goal": [31, 33],
 *   "time": [1611204818, 1611204878]}}}]}
 * }</pre>
 *
 * <p>The default of {@code id} is the position in the array, from 0, and that of {@code name} is
 * derived from it. Fields come in any order; unknown ones are ignored.
 */
final class FactoryFile {
  /** Places at most of an array that are loaded: three such arrays take about 70 MB. */
  static final int MAX_PLACES = 1_000_000;

  private static final JsonFactory JSON = new JsonFactory();

  private final Refusals refusals;
  private final int maxPlaces;
  private final AcceptableTimes times;
  private boolean found;
  private int position;

  /**
   * @param times that values may have; others are refused
   */
  FactoryFile(Refusals refusals, int maxPlaces, AcceptableTimes times) {
    this.refusals = refusals;
    this.maxPlaces = maxPlaces;
    this.times = times;
  }

  /** Is handed one factory after the other, on the thread that reads. */
  interface Taker {
    void take(FactoryEntry factory) throws UnfinishedException;
  }

  /**
   * Reads to the end, or to invalid JSON, which is refused.
   *
   * @throws NoFactoriesException if the file has another format; nothing was taken then
   * @throws IOException if the file cannot be read
   * @throws UnfinishedException as the taker does
   */
  void read(InputStream file, Taker taker)
      throws IOException, NoFactoriesException, UnfinishedException {
    try (var parser = JSON.createParser(file)) {
      readRoot(parser, taker);
    } catch (JsonProcessingException broken) {
      var where = broken.getLocation();
      // Without the parser's own text, which names its settings.
      var problem =
          "is no JSON from line %s, column %s on".formatted(where.getLineNr(), where.getColumnNr());
      if (!found) throw new NoFactoriesException(problem);
      refusals.add("$.factories[" + position + "]", problem + "; the rest was not read", 1);
    }
  }

  private void readRoot(JsonParser parser, Taker taker)
      throws IOException, NoFactoriesException, UnfinishedException {
    if (parser.nextToken() != JsonToken.START_OBJECT)
      throw new NoFactoriesException("must be a JSON object with the array factories");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean factories = parser.currentName().equals("factories");
      var token = parser.nextToken();
      if (factories && found) refusals.add("$.factories", "is there twice; the first counts", 1);
      else if (factories && token == JsonToken.START_ARRAY) readFactories(parser, taker);
      parser.skipChildren();
    }
    if (!found) throw new NoFactoriesException("has no array factories");
    if (parser.nextToken() != null) refusals.add("$", "holds more than one JSON value", 1);
  }

  private void readFactories(JsonParser parser, Taker taker)
      throws IOException, UnfinishedException {
    found = true;
    for (; parser.nextToken() != JsonToken.END_ARRAY; position++) readElement(parser, taker);
  }

  private void readElement(JsonParser parser, Taker taker) throws IOException, UnfinishedException {
    var path = "$.factories[" + position + "]";
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      refusals.add(path, "must be an object, is " + Tokens.shown(parser), 1);
      parser.skipChildren();
      return;
    }
    FactoryDraft draft = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      boolean ours = parser.currentName().equals("factory") && draft == null;
      if (parser.nextToken() == JsonToken.START_OBJECT && ours) {
        draft = new FactoryDraft(path + ".factory", position, refusals, maxPlaces, times);
        draft.read(parser);
      }
      parser.skipChildren();
    }
    if (draft == null) refusals.add(path + ".factory", "is missing; must be an object", 1);
    var entry = draft == null ? null : draft.entry();
    if (entry != null) taker.take(entry);
  }
}
