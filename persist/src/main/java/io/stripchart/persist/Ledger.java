package io.stripchart.persist;

import io.micrometer.core.instrument.Timer;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.persist.store.Stored;
import io.stripchart.persist.store.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the outcomes of transactions. */
final class Ledger {
  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  private final PersistMetrics metrics;
  private final DatabaseWatch database;
  private final LogLimit conflicts;
  private final LogLimit partitions = new LogLimit();

  Ledger(PersistMetrics metrics, DatabaseWatch database, LogLimit conflicts) {
    this.metrics = metrics;
    this.database = database;
    this.conflicts = conflicts;
  }

  void committed(int readings, Stored stored, Timer.Sample began) {
    began.stop(metrics.commit);
    metrics.batch.record(readings);
    metrics.stored.increment(stored.added().size());
    metrics.duplicate.increment(stored.duplicates());
    metrics.conflicting.increment(stored.conflicts().size());
    database.worked();
    if (!stored.conflicts().isEmpty() && conflicts.admit().isPresent()) tell(stored);
  }

  private static void tell(Stored stored) {
    var first = stored.conflicts().get(0);
    log.warn(
        "event=readings_conflict count={} series={} time={} stays={} refused={}; the first value"
            + " stays",
        stored.conflicts().size(),
        first.refused().series(),
        first.refused().time(),
        first.stays(),
        first.refused().value());
  }

  /** The database has refused a reading, so it works. */
  void refused() {
    database.worked();
  }

  void failed(Throwable failure) {
    metrics.retries.increment();
    if (Verdict.lacksPartition(failure)) {
      if (partitions.admit().isPresent())
        log.warn(
            "event=partition_missing cause=\"{}\"; it was dropped or detached, so it is looked up"
                + " and created again",
            OneLine.of(failure));
      return;
    }
    database.failed(failure);
  }
}
