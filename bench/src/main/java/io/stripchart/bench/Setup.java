package io.stripchart.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How many processes of a role run.
 *
 * @param persists on one queue
 * @param apis each with a queue of its own
 */
record Setup(int persists, int apis) {
  static final Setup ONE_OF_EACH = new Setup(1, 1);

  /**
   * Does something with so many, of which the first ones run already.
   *
   * @param measured is given the ports of all api processes
   */
  void run(Stripchart stripchart, Consumer<List<Integer>> measured) {
    var others = new ArrayList<Worker>();
    var ports = new ArrayList<>(List.of(stripchart.apiPort()));
    try {
      for (int i = 1; i < persists; i++) others.add(stripchart.startAnother("persist", Map.of()));
      for (int i = 1; i < apis; i++) {
        var api = stripchart.startAnother("api", Map.of());
        others.add(api);
        ports.add(api.port());
      }
      measured.accept(ports);
    } finally {
      Collections.reverse(others);
      others.forEach(stripchart::end);
    }
  }

  @Override
  public String toString() {
    return persists + " persist, " + apis + " api";
  }
}
