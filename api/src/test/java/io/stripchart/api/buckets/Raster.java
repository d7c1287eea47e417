package io.stripchart.api.buckets;

import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** Draws lines as a screen does: one pixel wide, by Bresenham's algorithm. */
public final class Raster {
  private static final int HEIGHT = 211;
  private static final double LOWEST = -60;
  private static final double HIGHEST = 60;

  private final int pixels;
  private final BitSet drawn = new BitSet();

  private Raster(int pixels) {
    this.pixels = pixels;
  }

  /** The pixels that a line through all points covers. */
  public static BitSet of(List<Point> points, Instant from, Instant to, int pixels) {
    var raster = new Raster(pixels);
    long width = ReadingTime.micros(from, to);
    int x = -1;
    int y = -1;
    for (var point : points) {
      int nextX =
          Math.toIntExact(
              Math.multiplyExact(ReadingTime.micros(from, point.time()), pixels) / width);
      int nextY = (int) ((point.value() - LOWEST) / (HIGHEST - LOWEST) * HEIGHT);
      if (x < 0) {
        raster.line(nextX, nextY, nextX, nextY);
      } else {
        raster.line(x, y, nextX, nextY);
      }
      x = nextX;
      y = nextY;
    }
    return raster.drawn;
  }

  private void line(int fromX, int fromY, int toX, int toY) {
    int dx = Math.abs(toX - fromX);
    int dy = -Math.abs(toY - fromY);
    int stepX = Integer.signum(toX - fromX);
    int stepY = Integer.signum(toY - fromY);
    int error = dx + dy;
    int x = fromX;
    int y = fromY;
    while (true) {
      if (y >= 0 && y < HEIGHT) drawn.set(y * pixels + x);
      if (x == toX && y == toY) return;
      int twice = 2 * error;
      if (twice >= dy) {
        error += dy;
        x += stepX;
      }
      if (twice <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }
}
