package io.stripchart.api.kept;

import io.stripchart.common.reading.Reading;
import java.util.List;

/** Data derived from the readings of some series, updated in place as more are stored. */
public interface View {
  /** Whether it has all that an answer needs which is given now; else it is loaded again. */
  default boolean covers() {
    return true;
  }

  /** Whether its subject exists. Others are never cached, because clients can request any name. */
  default boolean exists() {
    return true;
  }

  /**
   * Takes readings that were stored; each comes once, in any order of their times.
   *
   * @param readings of its series; shared, so not to be changed, and never empty
   */
  void add(List<Reading> readings);

  /** Its weight, in the unit of {@link Limits#maxWeight}; read after each update. */
  long weight();
}
