package io.stripchart.ingest.protocol;

/** Kinds of invalid frames and items; a tag of the metrics. */
public enum BadFrame {
  /** Text that is not JSON, including NaN and Infinity. */
  NOT_JSON,
  /** A string, a boolean or an array instead of the number. */
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
