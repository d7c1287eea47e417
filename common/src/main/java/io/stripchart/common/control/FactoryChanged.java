package io.stripchart.common.control;

import io.vertx.core.json.JsonObject;

/**
 * A factory was made, renamed or deleted, and that is committed. Published to the control exchange
 * under {@link #ROUTING_KEY}.
 *
 * @param id the factory's, 0 or more
 */
public record FactoryChanged(int id) {
  public static final String ROUTING_KEY = "factory.changed";

  public byte[] encode() {
    return new JsonObject().put("id", id).toBuffer().getBytes();
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException if the body is not such a
   *     message
   */
  public static FactoryChanged decode(byte[] body) {
    return ControlJson.read(body, json -> new FactoryChanged(json.getInteger("id")));
  }
}
