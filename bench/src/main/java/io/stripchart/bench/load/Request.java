package io.stripchart.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

/** HTTP requests as they go over the wire, head and body in one piece. */
final class Request {
  private Request() {}

  /**
   * @param header a whole line, or empty for none
   */
  static byte[] get(String path, String header) {
    return head("GET", path, header).concat("\r\n").getBytes(UTF_8);
  }

  /**
   * @param json body
   */
  static byte[] post(String path, String json) {
    var head = head("POST", path, "content-type: application/json");
    int length = json.getBytes(UTF_8).length;
    return (head + "content-length: " + length + "\r\n\r\n" + json).getBytes(UTF_8);
  }

  private static String head(String method, String path, String header) {
    var line = header.isEmpty() ? "" : header + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n" + line;
  }
}
