package io.stripchart.api.turns;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts the subscriptions of this process, and refuses those that are too many. For any thread.
 */
public final class Subscriptions {
  /**
   * How often all rolling averages of a connection together may be looked at in a second, as each
   * look may be a statement.
   */
  public static final int MAX_LOOKS_A_SECOND = 200;

  private final Limits limits;
  private final Map<String, Integer> byPattern = new HashMap<>();
  private final Map<Requester, Double> looks = new HashMap<>();
  private int total;

  /**
   * @param total of the process
   * @param ofPattern of one pattern or series
   */
  public record Limits(int total, int ofPattern) {
    public static final Limits DEFAULT = new Limits(20_000, 10_000);
  }

  public Subscriptions(Limits limits) {
    this.limits = limits;
  }

  /** The place that a subscription takes until it is released. */
  public final class Place {
    private final String pattern;
    private final Requester requester;
    private final double looksASecond;
    private boolean released;

    private Place(String pattern, Requester requester, double looksASecond) {
      this.pattern = pattern;
      this.requester = requester;
      this.looksASecond = looksASecond;
    }

    /** Gives the place back; again it does nothing. */
    public void release() {
      synchronized (Subscriptions.this) {
        if (released) return;
        released = true;
        total--;
        byPattern.computeIfPresent(pattern, (key, number) -> number == 1 ? null : number - 1);
        looks.computeIfPresent(requester, (key, sum) -> less(sum, looksASecond));
      }
    }
  }

  private static Double less(double sum, double part) {
    double rest = sum - part;
    return rest < 1e-6 ? null : rest;
  }

  /**
   * @throws ApiException if there are too many
   */
  public Place open(String pattern) {
    return open(pattern, 0);
  }

  /**
   * Of a rolling average, for the requester of the current context.
   *
   * @param every how often it is looked at
   * @throws ApiException if there are too many, or they look too often
   */
  public Place open(String pattern, Duration every) {
    return open(pattern, 1e9 / every.toNanos());
  }

  private synchronized Place open(String pattern, double looksASecond) {
    if (total >= limits.total) throw tooMany("in this process", limits.total);
    int same = byPattern.getOrDefault(pattern, 0);
    if (same >= limits.ofPattern) throw tooMany("of one pattern", limits.ofPattern);
    var requester = Requester.current();
    double sum = looks.getOrDefault(requester, 0.0) + looksASecond;
    if (looksASecond > 0 && sum > MAX_LOOKS_A_SECOND + 1e-6) {
      throw new ApiException(
          Code.LIMIT,
          "every: the rolling averages that this connection follows may be looked at "
              + MAX_LOOKS_A_SECOND
              + " times a second together; follow fewer, or every longer time");
    }
    total++;
    byPattern.put(pattern, same + 1);
    if (looksASecond > 0) looks.put(requester, sum);
    return new Place(pattern, requester, looksASecond);
  }

  private static ApiException tooMany(String where, int max) {
    return new ApiException(
        Code.LIMIT,
        String.format(
            Locale.ROOT,
            "there are %,d subscriptions %s already, and no more may be; try again later",
            max,
            where));
  }

  public synchronized int total() {
    return total;
  }
}
