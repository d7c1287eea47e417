package io.stripchart.ingest.feed;

import io.stripchart.ingest.protocol.Subprotocol;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Detects the protocol of a feed's server, one connection after the other, and remembers the one
 * that gave a reading.
 *
 * <p>Servers name and select subprotocols in many ways: some select the first one of the offer and
 * speak another, some select none and speak one, some refuse unknown ones. So a round offers both
 * GraphQL protocols, then each alone, and tries a plain feed last. The next candidate is tried at
 * once; after a whole round there is a back-off. When the remembered protocol stops working, a
 * round begins.
 */
final class ProtocolSearch {
  /** Connections in a row that gave no reading, in a protocol that did before. */
  private static final int MAX_SILENCES = 2;

  /** How the subprotocol is negotiated. */
  enum Offer {
    /** Named in the handshake; the server must pick one of them. */
    PICKED,
    /** Named in the handshake; the server selects none, and may use it nevertheless. */
    UNPICKED,
    /** Not named. */
    NONE
  }

  /**
   * How to connect.
   *
   * @param protocols to be offered; of several, the server picks one
   */
  record Attempt(Offer offer, List<Subprotocol> protocols) {
    Attempt {
      protocols = List.copyOf(protocols);
    }

    private static Attempt of(Offer offer, Subprotocol protocol) {
      return new Attempt(offer, List.of(protocol));
    }

    /**
     * The protocol to speak.
     *
     * @param picked by the server
     */
    Subprotocol speaks(String picked) {
      return protocols.size() == 1 ? protocols.get(0) : Subprotocol.picked(picked);
    }

    boolean isPlain() {
      return protocols.equals(List.of(Subprotocol.PLAIN));
    }
  }

  /** How a connection ended, as far as it says something of the protocol. */
  enum Outcome {
    /** It could not be made, or the server is not ready; this says nothing of the protocol. */
    AWAY,
    /** The server made a websocket and picked no subprotocol, though some were offered. */
    PICKED_NONE,
    /** The server answered the handshake with a status of HTTP, perhaps because of the offer. */
    REFUSED,
    /** It ended ahead of connection_ack, or without any reading of a plain feed. */
    UNACKNOWLEDGED,
    /** The server spoke a GraphQL protocol, and ended the subscription ahead of any reading. */
    UNANSWERED,
    /** It was open for the idle time, and gave no reading. */
    SILENT,
    /** It had given readings. */
    LOST
  }

  private static final Attempt BOTH = new Attempt(Offer.PICKED, Subprotocol.GRAPHQL);
  private static final Attempt PLAIN = Attempt.of(Offer.NONE, Subprotocol.PLAIN);

  private final Subprotocol only;
  private final Deque<Attempt> left = new ArrayDeque<>();
  private Attempt current;
  private Subprotocol speaking;
  private Attempt remembered;
  private boolean allRefused;
  private boolean acknowledged;
  private int silences;

  /**
   * @param only the one protocol to speak; null if it is to be detected
   */
  ProtocolSearch(Subprotocol only) {
    this.only = only;
  }

  /** How to connect now. */
  Attempt next() {
    if (left.isEmpty()) begin();
    current = left.remove();
    speaking = null;
    return current;
  }

  private void begin() {
    if (remembered != null) {
      left.add(remembered);
    } else if (only == Subprotocol.PLAIN) {
      left.add(PLAIN);
    } else if (only != null) {
      left.add(Attempt.of(Offer.PICKED, only));
    } else {
      beginRound();
    }
  }

  private void beginRound() {
    left.clear();
    allRefused = true;
    acknowledged = false;
    left.add(BOTH);
    addEach(Offer.PICKED);
    left.add(PLAIN);
  }

  private void addEach(Offer offer) {
    for (var protocol : Subprotocol.GRAPHQL) left.add(Attempt.of(offer, protocol));
  }

  /** The current connection is open, and this protocol is spoken. */
  void speaks(Subprotocol protocol) {
    speaking = protocol;
  }

  /** The current connection gave a reading. */
  void worked() {
    silences = 0;
    if (only != null) return;
    var offer = speaking == Subprotocol.PLAIN ? Offer.NONE : current.offer();
    remembered = Attempt.of(offer, speaking);
    left.clear();
  }

  /**
   * The current connection has ended.
   *
   * @return whether {@link #next} is to be tried at once, rather than after a delay
   */
  boolean ended(Outcome outcome) {
    if (outcome == Outcome.AWAY || outcome == Outcome.LOST) {
      left.clear();
      return false;
    }
    if (only != null) return endedOnly(outcome);
    if (current.equals(remembered)) return endedRemembered(outcome);
    advance(outcome);
    return !left.isEmpty();
  }

  /** A server that selects nothing may speak the protocol in which the request is sent. */
  private boolean endedOnly(Outcome outcome) {
    left.clear();
    if (outcome != Outcome.PICKED_NONE || current.offer() != Offer.PICKED) return false;
    left.add(Attempt.of(Offer.UNPICKED, only));
    return true;
  }

  private boolean endedRemembered(Outcome outcome) {
    left.clear();
    if (outcome == Outcome.SILENT && ++silences < MAX_SILENCES) return false;
    silences = 0;
    remembered = null;
    beginRound();
    return true;
  }

  private void advance(Outcome outcome) {
    if (outcome != Outcome.REFUSED) allRefused = false;
    if (speaking != null) left.remove(Attempt.of(Offer.PICKED, speaking));
    if (outcome == Outcome.UNANSWERED || outcome == Outcome.SILENT) {
      // Not a plain feed: it speaks a GraphQL protocol.
      acknowledged = true;
      left.remove(PLAIN);
    }
    if (current.offer() != Offer.PICKED) return;
    if (outcome == Outcome.PICKED_NONE) {
      begin(Offer.UNPICKED);
    } else if (allRefused && left.size() == 1) {
      begin(Offer.NONE);
    }
  }

  private void begin(Offer offer) {
    left.clear();
    addEach(offer);
    if (!acknowledged) left.add(PLAIN);
  }
}
