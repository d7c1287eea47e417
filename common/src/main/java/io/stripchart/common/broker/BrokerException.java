package io.stripchart.common.broker;

/** The broker did not take a message. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is certain about the message. */
  public enum Fate {
    /** It never left this process: the broker is away, or its window is full. */
    NOT_SENT,
    /** It was sent and no answer came: it may or may not be queued. */
    UNKNOWN,
    /** The broker ended the connection over it, again and again. */
    REFUSED
  }

  private final Fate fate;

  public BrokerException(Fate fate, String message) {
    super(message);
    this.fate = fate;
  }

  public Fate fate() {
    return fate;
  }
}
