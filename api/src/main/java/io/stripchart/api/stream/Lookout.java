package io.stripchart.api.stream;

import io.stripchart.api.stored.BatchNotes;
import io.stripchart.api.stored.BatchNotes.Unknown;
import io.stripchart.api.stored.NotedBatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks periodically for batches that neither an announcement nor a missing number reveals: the
 * last ones of a persist process that died for good before it announced them. A look does not make
 * the stream incomplete, because most of what it finds is on its way; batches that do not arrive a
 * little later count as missed. Belongs to one context.
 */
final class Lookout {
  private static final Logger log = LoggerFactory.getLogger(Lookout.class);
  static final Duration EVERY = Duration.ofSeconds(30);

  /** An announcement that is on its way has come by then. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Maximum number of entries at a time. */
  static final int MAX_NOTES = 1_000;

  private final BatchNotes notes;
  private final HeardBatches heard;
  private final Recovery recovery;
  private final Timers timers;
  private final Runnable missing;
  private boolean begun;

  /**
   * @param missing called if a batch was not announced
   */
  Lookout(
      BatchNotes notes, HeardBatches heard, Recovery recovery, Timers timers, Runnable missing) {
    this.notes = notes;
    this.heard = heard;
    this.recovery = recovery;
    this.timers = timers;
    this.missing = missing;
  }

  /** Looks from now on. */
  void begin() {
    if (!begun) later();
    begun = true;
  }

  private void later() {
    timers.after(EVERY, this::look);
  }

  private void look() {
    if (!recovery.isSettled()) {
      later();
      return;
    }
    var asked = recovery.ask();
    notes
        .unknown(asked.known(), heard.all(), MAX_NOTES)
        .onSuccess(unknown -> looked(asked, unknown))
        .onFailure(
            failure -> {
              log.debug("event=lookout_failed; is tried again", failure);
              later();
            });
  }

  private void looked(Recovery.Asked asked, Unknown unknown) {
    if (recovery.isOlder(asked, unknown.moment())) {
      missing.run();
      later();
      return;
    }
    var behind = unheard(unknown);
    if (behind.isEmpty()) {
      heardAll(asked, unknown);
      return;
    }
    var lastHeard = new HashMap<UUID, Long>();
    for (var one : behind) lastHeard.put(one.process(), heard.last(one.process()));
    timers.after(PATIENCE, () -> lookedAgain(asked, unknown, lastHeard));
  }

  /** If more was heard of a process meanwhile, the rest follows, or leaves a hole. */
  private void lookedAgain(Recovery.Asked asked, Unknown unknown, Map<UUID, Long> lastHeard) {
    var behind = unheard(unknown);
    if (behind.isEmpty()) {
      heardAll(asked, unknown);
      return;
    }
    boolean isMissing =
        behind.stream()
            .anyMatch(one -> isSilent(one.process(), lastHeard.getOrDefault(one.process(), 0L)));
    // Otherwise a look is running already, or will run when the connection is back.
    if (isMissing && recovery.isSettled()) missing.run();
    later();
  }

  private boolean isSilent(UUID process, long lastHeard) {
    return heard.last(process) == lastHeard;
  }

  private List<NotedBatch> unheard(Unknown unknown) {
    return unknown.batches().stream()
        .filter(one -> !heard.has(one.process(), one.sequence()))
        .toList();
  }

  private void heardAll(Recovery.Asked asked, Unknown unknown) {
    if (unknown.batches().size() < MAX_NOTES) recovery.moveOn(asked, unknown.moment());
    later();
  }
}
