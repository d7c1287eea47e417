package io.stripchart.compose.satellite;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The websocket subprotocols for GraphQL, and the words in which they differ. */
enum Protocol {
  /** Of the npm package subscriptions-transport-ws. */
  LEGACY("graphql-ws", "start", "stop", "data"),
  /** Of the npm package graphql-ws. */
  MODERN("graphql-transport-ws", "subscribe", "complete", "next");

  final String subprotocol;

  /** Message that begins a subscription, from the client. */
  final String begin;

  /** Message that ends a subscription, from the client. */
  final String end;

  /** Message with a value, from the server. */
  final String value;

  Protocol(String subprotocol, String begin, String end, String value) {
    this.subprotocol = subprotocol;
    this.begin = begin;
    this.end = end;
    this.value = value;
  }

  static List<String> subprotocols() {
    return Arrays.stream(values()).map(protocol -> protocol.subprotocol).toList();
  }

  static Optional<Protocol> of(String subprotocol) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.subprotocol.equals(subprotocol))
        .findFirst();
  }
}
