package io.stripchart.common.broker;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is sent as one message: a message as it is, or some readings of one series, in their order.
 * Belongs to the queue while it waits there, then to whoever sends it, then to whoever brings its
 * answer.
 */
final class Parcel {
  /**
   * Of at most 73 bytes each, so that a message stays far below 64 KiB. More readings would make it
   * no cheaper: a hundredth of a message's cost is little beside a reading's own.
   */
  static final int MAX_READINGS = 250;

  private static final AtomicLong IDS = new AtomicLong();
  private static final String ID_PREFIX =
      Long.toString(System.currentTimeMillis(), 36) + "-" + ProcessHandle.current().pid() + "-";

  private final List<Outgoing> parts = new ArrayList<>(1);
  private final String series;
  private String id;
  private int endings;
  private int refusals;

  Parcel(Outgoing first) {
    parts.add(first);
    series = first.reading() == null ? null : first.reading().series();
  }

  /** Of its readings; null where it holds none. */
  String series() {
    return series;
  }

  /** From now on it takes no more. */
  void seal() {
    if (id == null) id = ID_PREFIX + IDS.incrementAndGet();
  }

  /**
   * @param next a reading of its series
   * @return false where it takes no more
   */
  boolean join(Outgoing next) {
    if (id != null || parts.size() == MAX_READINGS) return false;
    parts.add(next);
    return true;
  }

  /** The same each time that it is sent. */
  String id() {
    return id;
  }

  List<Outgoing> parts() {
    return parts;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * It is being sent from now on, without those for which nobody waits any more.
   *
   * @return these
   */
  List<Outgoing> markSent() {
    return take(false);
  }

  /** Takes out those for which nobody waits any more, and leaves the others as they are. */
  List<Outgoing> takeSettled() {
    return take(true);
  }

  private List<Outgoing> take(boolean settledOnly) {
    var taken = new ArrayList<Outgoing>(0);
    for (var part : parts) {
      if (settledOnly ? part.isSettled() : !part.markSent()) taken.add(part);
    }
    if (!taken.isEmpty()) parts.removeAll(taken);
    return taken;
  }

  Message message() {
    if (series == null) return parts.get(0).message();
    var readings = new ArrayList<Reading>(parts.size());
    for (var part : parts) readings.add(part.reading());
    var body = ReadingJson.encode(readings);
    return new Message(Topology.READINGS, series, body, Map.of(), true);
  }

  /** Another connection ended while this was unconfirmed; on the sender's thread. */
  void countEnding() {
    endings++;
  }

  int endings() {
    return endings;
  }

  /** The broker did not take it for now; on the connection's thread. */
  void countRefusal() {
    refusals++;
  }

  int refusals() {
    return refusals;
  }
}
