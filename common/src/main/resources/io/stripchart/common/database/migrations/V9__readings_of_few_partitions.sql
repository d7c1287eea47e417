-- PostgreSQL plans a statement for every partition in which its readings may lie as far as the
-- parameters tell. Where the times are known only while it runs, that is every partition there is.
-- These functions find the times in the small tables of rollups, and have each range of readings
-- planned for its own partitions alone. Every reading before rollup.rolled_until lies in an hour
-- that has a row in reading_hour or in late_hour.

-- The readings of a series with since <= time < before that lie in hours of late_hour, or in others
-- before rollup.rolled_until.
create function readings_of_hours(
  of_series int, since timestamptz, before timestamptz, others timestamptz[])
returns table ("time" timestamptz, value float8)
language plpgsql stable rows 100 as $$
declare
  near record;
begin
  for near in
    select min(hour) as first, max(hour) as last, array_agg(hour) as hours
    from (
      select hour from late_hour where series_id = of_series and hour >= since and hour < before
      union
      select hour from reading_hour where series_id = of_series and hour = any(others)) as each
    group by date_bin('7 days', hour, timestamptz '1970-01-01 00:00:00+00')
  loop
    return query execute
      'select its.time, its.value
       from unnest($2) as hour
       cross join lateral (
         select time, value from reading
         where series_id = $1 and time >= hour and time < hour + interval ''1 hour''
           and time >= $3 and time < $4
         offset 0) as its'
      using of_series, near.hours,
        greatest(near.first, since), least(near.last + interval '1 hour', before);
  end loop;
end $$;

-- The first readings of a series with since <= time < before in the order of time, or the last ones.
create function readings_of_series(
  of_series int, since timestamptz, before timestamptz, most int, newest boolean)
returns table ("time" timestamptz, value float8)
language plpgsql stable rows 100 as $$
declare
  rolled_until constant timestamptz := (select rollup.rolled_until from rollup);
  direction constant text := case when newest then 'desc' else 'asc' end;
  readings constant text :=
    'select time, value from reading where series_id = $1 and time >= $2 and time < $3'
    ' order by time ' || direction || ' limit $4';
  -- Of those that are marked, or lie in the range in part, the number is not known.
  hours constant text :=
    'select hour, count from (
       select hour,
         case when hour >= $2 and hour + interval ''1 hour'' <= $3 then count else 0 end as count
       from reading_hour
       where series_id = $1 and hour > $2 - interval ''1 hour'' and hour < $3
         and not exists (
           select from late_hour
           where late_hour.series_id = $1 and late_hour.hour = reading_hour.hour)
       union all
       select hour, 0 from late_hour
       where series_id = $1 and hour > $2 - interval ''1 hour'' and hour < $3) as each
     order by hour ' || direction;
  rolled_before constant timestamptz := least(before, rolled_until);
  part record;
  -- A range of hours that have readings, and how many there are at least.
  range_from timestamptz;
  range_to timestamptz;
  known bigint := 0;
  wanted int := most;
  found_rows int;
begin
  if newest then
    return query execute readings
      using of_series, greatest(since, rolled_until), before, wanted;
    get diagnostics found_rows = row_count;
    wanted := wanted - found_rows;
  end if;
  -- The last row, without an hour, ends the last range.
  for part in execute
    'select * from (' || hours || ') as each union all select null, 0'
    using of_series, since, rolled_before
  loop
    exit when wanted <= 0;
    if range_from is not null
      and (part.hour is null or known >= wanted
        or part.hour not between range_from - interval '7 days' and range_to + interval '7 days')
    then
      return query execute readings
        using of_series, greatest(since, range_from), least(rolled_before, range_to), wanted;
      get diagnostics found_rows = row_count;
      wanted := wanted - found_rows;
      range_from := null;
      range_to := null;
      known := 0;
    end if;
    range_from := least(range_from, part.hour);
    range_to := greatest(range_to, part.hour + interval '1 hour');
    known := known + part.count;
  end loop;
  if not newest and wanted > 0 then
    return query execute readings
      using of_series, greatest(since, rolled_until), before, wanted;
  end if;
end $$;

-- The values of readings that are stored, by their place in the arrays, but for those that a
-- transaction stored, whose number is given by its lower 32 bits.
create function readings_stored_before(series_ids int[], times timestamptz[], storing bigint)
returns table (place bigint, value float8)
language plpgsql stable as $$
declare
  near record;
begin
  for near in
    select min(asked.time) as first, max(asked.time) as last, array_agg(asked.id) as ids,
      array_agg(asked.time) as times, array_agg(asked.place) as places
    from unnest(series_ids, times) with ordinality as asked (id, time, place)
    group by date_bin('7 days', asked.time, timestamptz '1970-01-01 00:00:00+00')
  loop
    return query execute
      'select asked.place, reading.value
       from unnest($1, $2, $3) as asked (series_id, time, place)
       join reading using (series_id, time)
       where reading.time between $4 and $5 and reading.xmin::text::bigint <> $6'
      using near.ids, near.times, near.places, near.first, near.last, storing;
  end loop;
end $$;
