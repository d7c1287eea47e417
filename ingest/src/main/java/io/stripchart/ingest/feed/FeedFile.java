package io.stripchart.ingest.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Feeds as a JSON file, an array of objects:
 *
 * <pre>{@code
 * [
 *   {
 *     "series": "room.101.temperature",
 *     "url": "wss://host/graphql",
 *     "query": "subscription { temperature }",
 *     "variables": {},
 *     "protocol": "auto",
 *     "headers": {"Authorization": "Bearer …"},
 *     "connectionParams": {"token": "…"},
 *     "idle": "PT30S",
 *     "precision": "ms",
 *     "trust": "/etc/stripchart/ca.pem"
 *   }
 * ]
 * }</pre>
 *
 * <p>{@code series} and {@code url} are required. {@code protocol} is {@code auto}, {@code
 * graphql-transport-ws}, {@code graphql-ws} or {@code plain}; {@code connectionParams} is the
 * payload of connection_init; {@code idle} is from 0.1 s to an hour; {@code precision} is {@code
 * s}, {@code ms}, {@code us} or {@code ns}, the unit of numeric times, which are refused without
 * it; {@code trust} is a PEM file of certificates to trust instead of the system's.
 */
public final class FeedFile {
  private static final Duration MIN_IDLE = Duration.ofMillis(100);
  private static final Duration MAX_IDLE = Duration.ofHours(1);
  private static final Set<String> FIELDS =
      Set.of(
          "series",
          "url",
          "query",
          "variables",
          "protocol",
          "headers",
          "connectionParams",
          "idle",
          "precision",
          "trust");

  private FeedFile() {}

  /**
   * @param idle of feeds that give none
   * @throws IllegalArgumentException naming the feed and the field, and never showing a secret
   */
  public static List<Feed> read(Path file, Duration idle) {
    try {
      return parse(Buffer.buffer(Files.readAllBytes(file)), idle);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read that file (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  static List<Feed> parse(Buffer json, Duration idle) {
    JsonArray array;
    try {
      array = new JsonArray(json);
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("the file must hold a JSON array of feeds");
    }
    var feeds = new ArrayList<Feed>();
    for (var entry : array) {
      try {
        if (!(entry instanceof JsonObject object)) {
          throw new IllegalArgumentException("must be an object");
        }
        feeds.add(feed(object, idle));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("feed " + (feeds.size() + 1) + ": " + e.getMessage());
      }
    }
    return feeds;
  }

  private static Feed feed(JsonObject json, Duration idle) {
    for (var name : json.fieldNames()) {
      if (!FIELDS.contains(name)) throw new IllegalArgumentException(name + ": is no field");
    }
    var series = required(json, "series");
    var url = new Secret(required(json, "url"));
    var trust = text(json, "trust", null);
    if (trust != null) checkTrust(Path.of(trust));
    return new Feed(
        series, new FeedAddress(url, headers(json), trust), request(json), idle(json, idle));
  }

  private static void checkTrust(Path file) {
    String text;
    try {
      text = Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalArgumentException("trust: cannot read that file", e);
    }
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new IllegalArgumentException("trust: the file holds no certificate in PEM form");
    }
  }

  private static FeedRequest request(JsonObject json) {
    var query = text(json, "query", FeedRequest.DEFAULT_QUERY);
    var variables = object(json, "variables");
    var init = object(json, "connectionParams");
    return new FeedRequest(
        protocol(text(json, "protocol", "auto")),
        query,
        variables == null ? null : variables.encode(),
        init == null ? null : new Secret(init.encode()),
        precision(text(json, "precision", null)));
  }

  private static EpochPrecision precision(String code) {
    try {
      return code == null ? null : EpochPrecision.of(code);
    } catch (MalformedReadingException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Subprotocol protocol(String id) {
    if (id.equals("auto")) return null;
    for (var known : Subprotocol.values()) {
      if (known.id().equals(id)) return known;
    }
    throw new IllegalArgumentException(
        "protocol: must be auto, graphql-transport-ws, graphql-ws or plain");
  }

  private static Map<String, Secret> headers(JsonObject json) {
    var headers = new HashMap<String, Secret>();
    var given = object(json, "headers");
    if (given == null) return headers;
    for (var name : given.fieldNames()) {
      if (!(given.getValue(name) instanceof String text) || text.isBlank()) {
        throw new IllegalArgumentException(
            "headers: " + OneLine.of(name) + ": must be a string that is not empty");
      }
      headers.put(name, new Secret(text.strip()));
    }
    return headers;
  }

  private static Duration idle(JsonObject json, Duration otherwise) {
    var given = text(json, "idle", null);
    if (given == null) return otherwise;
    try {
      var idle = Duration.parse(given);
      if (idle.compareTo(MIN_IDLE) >= 0 && idle.compareTo(MAX_IDLE) <= 0) return idle;
    } catch (DateTimeException e) {
      // Reported below, like a value out of range.
    }
    throw new IllegalArgumentException("idle: must be " + MIN_IDLE + " to " + MAX_IDLE);
  }

  private static String required(JsonObject json, String name) {
    var given = text(json, name, null);
    if (given == null) throw new IllegalArgumentException(name + ": is missing");
    return given;
  }

  private static String text(JsonObject json, String name, String otherwise) {
    var given = json.getValue(name);
    if (given == null) return otherwise;
    if (given instanceof String text && !text.isBlank()) return text.strip();
    throw new IllegalArgumentException(name + ": must be a string that is not empty");
  }

  private static JsonObject object(JsonObject json, String name) {
    var given = json.getValue(name);
    if (given == null) return null;
    if (given instanceof JsonObject object) return object;
    throw new IllegalArgumentException(name + ": must be an object");
  }
}
