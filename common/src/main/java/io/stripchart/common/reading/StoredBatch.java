package io.stripchart.common.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The readings that one transaction stored for the first time, as announced to live listeners:
 * {@code
 * {"process":"…","sequence":7,"transaction":1234,"readings":[{"series":"…","time":"…","value":21.5}]}}.
 *
 * @param process random name of the persist process, new at each start
 * @param sequence counts its batches from 1, so a missing one is noticed; process and sequence
 *     identify the batch in the table {@code stored_batch} for a day
 * @param transaction the database's number of it, whose lower 32 bits are the {@code xmin} of the
 *     readings; 0 if nothing was stored and this only announces that numbers were left out
 * @param readings in the order of their series and times
 */
public record StoredBatch(String process, long sequence, long transaction, List<Reading> readings) {
  public StoredBatch {
    readings = List.copyOf(readings);
  }

  public byte[] encode() {
    var json = new StringBuilder(64 + readings.size() * 96);
    json.append("{\"process\":\"").append(process).append("\",\"sequence\":").append(sequence);
    json.append(",\"transaction\":").append(transaction).append(",\"readings\":[");
    String separator = "";
    for (var reading : readings) {
      // A series' name needs no escapes.
      json.append(separator).append("{\"series\":\"").append(reading.series());
      ReadingTime.append(json.append("\",\"time\":\""), reading.time());
      ReadingJson.append(json.append("\",\"value\":"), reading.value()).append('}');
      separator = ",";
    }
    return json.append("]}").toString().getBytes(UTF_8);
  }

  /**
   * @throws MalformedReadingException if the body is not such a batch
   */
  public static StoredBatch decode(byte[] body) {
    try (var parser = JsonItems.JSON.createParser(body)) {
      String process = null;
      long sequence = 0;
      long transaction = 0;
      var readings = new ArrayList<Reading>();
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "process" -> process = parser.getText();
          case "sequence" -> sequence = parser.getLongValue();
          case "transaction" -> transaction = parser.getLongValue();
          case "readings" -> {
            while (parser.nextToken() == JsonToken.START_OBJECT) readings.add(reading(parser));
          }
          default -> parser.skipChildren();
        }
      }
      if (process == null) throw new MalformedReadingException("stored batch: process is missing");
      return new StoredBatch(process, sequence, transaction, readings);
    } catch (IOException e) {
      throw new MalformedReadingException("stored batch: is not JSON of that form");
    }
  }

  private static Reading reading(JsonParser parser) throws IOException {
    String series = null;
    Instant time = null;
    double value = Double.NaN;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "series" -> series = parser.getText();
        case "time" -> time = ReadingTime.parse(parser.getText());
        case "value" -> value = parser.getDoubleValue();
        default -> parser.skipChildren();
      }
    }
    if (time == null) throw new MalformedReadingException("stored batch: a reading has no time");
    return new Reading(series, time, value);
  }
}
