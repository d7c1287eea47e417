package io.stripchart.api.buckets;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FillTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final BucketGrid GRID =
      BucketGrid.of(BEGIN, BEGIN.plusSeconds(60), BucketWidth.of("PT10S"), ZoneOffset.UTC);

  /** Of six buckets of ten seconds, the second and the fifth have readings. */
  private static final List<Filled> FILLED =
      List.of(
          new Filled(1, 2, 1, 3, 2, point(12, 1), point(15, 3)),
          new Filled(4, 1, 9, 9, 9, point(45, 9), point(45, 9)));

  private static Point point(int seconds, double value) {
    return new Point(BEGIN.plusSeconds(seconds), value);
  }

  private static List<Double> means(Fill fill, Point before, Point after) {
    return fill.apply(GRID, new Found(FILLED, before, after)).stream().map(Bucket::mean).toList();
  }

  @Test
  void leavesEmptyBucketsOut() {
    assertThat(Fill.NONE.apply(GRID, new Found(FILLED, null, null)))
        .containsExactly(
            new Bucket(BEGIN.plusSeconds(10), 2, 1.0, 3.0, 2.0, 1.0, 3.0),
            new Bucket(BEGIN.plusSeconds(40), 1, 9.0, 9.0, 9.0, 9.0, 9.0));
  }

  @Test
  void tellsEmptyBuckets() {
    var buckets = Fill.NULL.apply(GRID, new Found(FILLED, null, null));
    assertThat(buckets).extracting(Bucket::start).isEqualTo(GRID.starts());
    assertThat(buckets).extracting(Bucket::count).containsExactly(0L, 2L, 0L, 0L, 1L, 0L);
    assertThat(buckets.get(0)).isEqualTo(new Bucket(BEGIN, 0, null, null, null, null, null));
  }

  @Test
  void goesOnWithThePreviousValue() {
    assertThat(means(Fill.PREVIOUS, point(-5, 7), null))
        .containsExactly(7.0, 2.0, 3.0, 3.0, 9.0, 9.0);
    assertThat(means(Fill.PREVIOUS, null, null)).containsExactly(null, 2.0, 3.0, 3.0, 9.0, 9.0);
    assertThat(Fill.PREVIOUS.apply(GRID, new Found(FILLED, null, null)).get(2))
        .isEqualTo(new Bucket(BEGIN.plusSeconds(20), 0, 3.0, 3.0, 3.0, 3.0, 3.0));
  }

  @Test
  void drawsALineOverTheGap() {
    // From 3 at 15 s to 9 at 45 s, so 5 at 25 s and 7 at 35 s; and to 19 at 65 s, so 14 at 55 s.
    assertThat(means(Fill.LINEAR, point(-2, 1), point(65, 19)))
        .containsExactly(1.0, 2.0, 5.0, 7.0, 9.0, 14.0);
    assertThat(means(Fill.LINEAR, null, null)).containsExactly(null, 2.0, 5.0, 7.0, 9.0, null);
  }

  @Test
  void fillsWhatHasNoReadingAtAll() {
    var none = new Found(List.of(), point(-5, 1), point(65, 8));
    assertThat(Fill.LINEAR.apply(GRID, none)).hasSize(6).allMatch(bucket -> bucket.mean() > 1);
    assertThat(Fill.NONE.apply(GRID, none)).isEmpty();
    assertThat(Fill.LINEAR.apply(GRID, new Found(List.of(), null, null)))
        .hasSize(6)
        .allMatch(bucket -> bucket.mean() == null);
  }

  @Test
  void doesNotOverflowBetweenVeryLargeValues() {
    var none = new Found(List.of(), point(-30, -Double.MAX_VALUE), point(90, Double.MAX_VALUE));
    assertThat(Fill.LINEAR.apply(GRID, none)).allMatch(one -> Double.isFinite(one.mean()));
  }
}
