package io.stripchart.api.rest;

import io.stripchart.common.http.EntityTag;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** A response to a query. */
public sealed interface Reply {
  /**
   * A complete text.
   *
   * @param tag its entity tag; null to derive it from the text
   * @param links to other pages, by their relation
   */
  record Document(Format format, String text, EntityTag tag, Map<String, String> links)
      implements Reply {
    /** JSON, with a tag derived from its text. */
    public static Document json(String text) {
      return json(text, Map.of());
    }

    /** JSON, with a tag derived from its text. */
    public static Document json(String text, Map<String, String> links) {
      return new Document(Format.JSON, text, null, links);
    }
  }

  /**
   * JSON that is put together once and given many times. Any context of one event loop may give it.
   *
   * @param body not to be changed
   */
  record Kept(Buffer body, EntityTag tag, Map<String, String> links) implements Reply {
    public static Kept of(String json) {
      return of(json, Map.of());
    }

    public static Kept of(String json, Map<String, String> links) {
      var body = Buffer.buffer(json);
      return new Kept(body, EntityTag.of(body), links);
    }
  }

  /** Any number of rows, as CSV or NDJSON; without an entity tag. */
  record Stream<T>(Format format, Table<T> table, Rows<T> rows) implements Reply {}

  /**
   * A successful change.
   *
   * @param status 200 to 299
   * @param json result; null for no body
   * @param location path of a created resource; null if none was created
   */
  record Done(int status, String json, String location) implements Reply {
    public static Done created(String location, String json) {
      return new Done(201, json, location);
    }

    public static Done accepted(String json) {
      return new Done(202, json, null);
    }

    public static Done nothingToSay() {
      return new Done(204, null, null);
    }
  }
}
