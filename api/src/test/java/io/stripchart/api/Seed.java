package io.stripchart.api;

import io.stripchart.testing.TestDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Readings that a test finds stored. */
final class Seed {
  private Seed() {}

  /** A partition of the readings, from one day to another. */
  static void partition(TestDatabase database, String from, String to) {
    database.execute(
        "create table \"reading_%s\" partition of reading for values from ('%s 00:00+00') to ('%s 00:00+00')"
            .formatted(from, from, to));
  }

  /** A partition for now, and for a day before and after. */
  static void partitionAroundNow(TestDatabase database) {
    var today = LocalDate.now(ZoneOffset.UTC);
    partition(database, today.minusDays(1).toString(), today.plusDays(2).toString());
  }

  /** So many readings a second apart, of values from 0. */
  static void readings(TestDatabase database, String series, String from, int count) {
    database.execute("insert into series (name) values (?) on conflict do nothing", series);
    database.execute(
        """
        insert into reading (series_id, time, value)
        select s.id, ?::timestamptz + n * interval '1 s', n
        from series s, generate_series(0, ? - 1) n where s.name = ?
        """,
        Instant.parse(from),
        count,
        series);
  }
}
