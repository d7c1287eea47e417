package io.stripchart.ingest.protocol;

/** What can be wrong with what a feed sends; a tag of the metrics. */
public enum BadFrame {
  /** Text that is no JSON; NaN and Infinity are none either. */
  NOT_JSON,
  /** A string, a boolean or an array where the number should be. */
  NOT_A_NUMBER,
  NULL,
  /** No value anywhere. */
  MISSING,
  /** A number beyond the range of a double. */
  NOT_FINITE,
  /** Several numbers, and nothing says which one is meant. */
  AMBIGUOUS,
  /** A time that cannot be read, or is out of range. */
  BAD_TIME,
  /** An answer with errors and without data. */
  ERRORS,
  /** Sound JSON that has no place in the protocol. */
  UNEXPECTED,
  BINARY,
  /** A message of too many bytes, or an array of too many readings. */
  TOO_LARGE;
}
