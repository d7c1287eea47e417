-- What the readings of a day (UTC) of a series come to, made of its hours once all of them are rolled up. A day
-- without readings has no row. Right wherever none of its hours is in late_hour.
create table reading_day (
  series_id int not null,
  day timestamptz not null,
  count bigint not null,
  min float8 not null,
  max float8 not null,
  mean float8 not null,
  -- The sum of squared deviations from the mean.
  m2 float8 not null,
  first_time timestamptz not null,
  last_time timestamptz not null,
  primary key (series_id, day)
);

-- Days that are over by now are made by whoever repairs one of their hours.
insert into late_hour
select series_id, min(hour)
from reading_hour
where hour < (select date_bin('1 day', rolled_until, timestamptz '1970-01-01 00:00:00+00') from rollup)
group by series_id, date_bin('1 day', hour, timestamptz '1970-01-01 00:00:00+00')
on conflict do nothing;
