package io.stripchart.common.database;

/**
 * SQL for the mean and the sum of squared deviations of readings, whatever their values are: about
 * the least of them, so that no digits are lost to large values that hardly differ. Values beyond
 * 1e140, whose squares no float8 holds, are scaled down meanwhile; where their sum of squares is
 * beyond a float8 too, it is infinite. For statements that have the extent of the readings: columns
 * {@code min} and {@code max}, and {@value #IS_HUGE}.
 */
public final class Moments {
  /** A column of the extent. */
  public static final String IS_HUGE = "greatest(-min, max) > 1e140 as is_huge";

  /** The mean, from the extent and the result of {@link #of}, named {@code moment}. */
  public static final String MEAN =
      """
      greatest(min, least(max,
        case when is_huge
          then greatest(-TOP, least(TOP, moment.mean)) * 2 ^ 600::float8
            + case when abs(moment.small) < 1e-200 then 0 else moment.small / count end
          else min + moment.mean end))\
      """
          // Rounding must not take the mean of the largest values beyond a float8.
          .replace("TOP", "(1.7976931348623157e308::float8 / 2 ^ 600::float8)");

  /** The sum of squared deviations from the mean, likewise. */
  public static final String M2 =
      """
      case
        when not is_huge then moment.m2
        when moment.m2 < 1e-54 then moment.m2 * 2 ^ 600::float8 * 2 ^ 600::float8
        else 'infinity'
      end\
      """;

  private static final String SCALED =
      """
      select avg(deviation) as mean, var_pop(deviation) * count(*) as m2,
        coalesce(sum(small), 0) as small
      from (
        select
          case
            when not is_huge then value - min
            when abs(value) < 1e100 then 0
            else value / 2 ^ 600::float8
          end as deviation,
          case when is_huge and abs(value) < 1e100 then value end as small
        from %s) as around\
      """;

  private Moments() {}

  /**
   * A statement that computes the scaled moments.
   *
   * @param readings text after {@code from}: readings, and their extent if it is not in scope
   */
  public static String of(String readings) {
    return SCALED.formatted(readings);
  }
}
