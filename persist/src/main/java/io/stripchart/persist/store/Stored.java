package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The outcome of a transaction.
 *
 * @param transaction the database's number of it; 0 if it added nothing
 * @param added the readings that were not stored before, ordered by series and time
 * @param duplicates number of readings stored before with the same value
 * @param conflicts readings stored before with another value
 */
public record Stored(
    long transaction, List<Reading> added, int duplicates, List<Conflict> conflicts) {

  /**
   * As if in no transaction.
   *
   * @param before values that were stored before, by the index of their row
   */
  static Stored of(Rows rows, Map<Integer, Double> before) {
    var added = new ArrayList<Reading>(rows.size() - before.size());
    var conflicts = new ArrayList<Conflict>();
    for (int i = 0; i < rows.size(); i++) {
      var stays = before.isEmpty() ? null : before.get(i);
      if (stays == null) {
        added.add(rows.reading(i));
      } else if (stays != rows.reading(i).value()) {
        conflicts.add(new Conflict(rows.reading(i), stays));
      }
    }
    for (var later : rows.later()) {
      var first = rows.reading(later.index()).value();
      double stays = before.getOrDefault(later.index(), first);
      if (stays != later.reading().value()) conflicts.add(new Conflict(later.reading(), stays));
    }
    int all = rows.size() + rows.later().size();
    return new Stored(0, added, all - added.size() - conflicts.size(), conflicts);
  }

  Stored in(long number) {
    return new Stored(number, added, duplicates, conflicts);
  }
}
