package io.stripchart.api.kept;

import io.stripchart.common.reading.Reading;
import java.util.List;

/** What is made of the readings of some series, and changes in place as more are stored. */
public interface View {
  /** Whether it has all that an answer needs which is given now; else it is loaded again. */
  default boolean covers() {
    return true;
  }

  /** Whether what it shows exists. What does not is never kept, as anybody can ask for it. */
  default boolean exists() {
    return true;
  }

  /**
   * Takes readings that were stored; each comes once, in any order of their times.
   *
   * @param readings of its series; shared, so not to be changed, and never empty
   */
  void add(List<Reading> readings);

  /**
   * What it weighs, in the unit of {@link Limits#maxWeight}; looked at when it has been added to.
   */
  long weight();
}
