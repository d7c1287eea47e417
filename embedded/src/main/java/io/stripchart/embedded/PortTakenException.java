package io.stripchart.embedded;

/** Something else listens on the port that an embedded broker or database was given. */
public final class PortTakenException extends EmbeddedStartException {
  private static final long serialVersionUID = 1L;

  private final int port;

  PortTakenException(String what, int port, Throwable cause) {
    super(
        what + ": port " + port + " on 127.0.0.1 is taken; stop what uses it or choose another",
        cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
