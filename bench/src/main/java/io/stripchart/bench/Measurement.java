package io.stripchart.bench;

/** Something that is measured in every round. */
interface Measurement {
  /** Once, before the rounds, so that none of them meets a program that is not compiled yet. */
  void warmUp();

  void measure();

  void report(Table table);
}
