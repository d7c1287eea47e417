package io.stripchart.api.live;

import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import java.util.function.IntFunction;

/**
 * Progress of a subscriber within readings that wait together: the body of the cursor of each
 * event. Created on demand, as most of it is shared. Belongs to one context.
 */
abstract class Progress {
  /**
   * The body of a {@link ResumeCursor}, once a reading was given.
   *
   * @param index of the reading
   * @param isLast whether it is the last one
   */
  abstract String after(int index, Reading reading, boolean isLast);

  /**
   * Of the readings of one batch, in the order of their series' names and times.
   *
   * @param given before it
   */
  static Progress ofBatch(int database, KnownBatches given, Batch batch) {
    if (batch.process() == null) return unknown();
    return new Progress() {
      private String part;
      private String whole;

      @Override
      String after(int index, Reading reading, boolean isLast) {
        if (isLast) {
          if (whole == null) {
            whole = ResumeCursor.whole(database, given.with(batch.process(), batch.sequence()));
          }
          return whole;
        }
        if (part == null) {
          var alone = KnownBatches.NONE.with(batch.process(), batch.sequence());
          part = ResumeCursor.part(database, given, alone);
        }
        return ResumeCursor.behind(part, reading);
      }
    };
  }

  /**
   * For the readings of a page, whose positions give the progress.
   *
   * @param body of the cursors, except the position
   */
  static Progress ofPage(StreamPage page, String body) {
    return new Progress() {
      @Override
      String after(int index, Reading reading, boolean isLast) {
        return ResumeCursor.behind(body, page.place(index));
      }
    };
  }

  static Progress of(IntFunction<String> bodies) {
    return new Progress() {
      @Override
      String after(int index, Reading reading, boolean isLast) {
        return bodies.apply(index);
      }
    };
  }

  /** If unknown: the subscription is resumed by time. */
  static Progress unknown() {
    return of(index -> "");
  }
}
