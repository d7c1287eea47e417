-- How far rollups have come: one row. Both only grow.
create table rollup (
  one boolean primary key default true check (one),
  -- Hours before it are closed: whoever stores a reading of such an hour marks it in late_hour.
  closed_until timestamptz not null,
  -- Hours before it are in reading_hour, as they were when they were closed or last repaired.
  rolled_until timestamptz not null check (rolled_until <= closed_until)
);

insert into rollup (closed_until, rolled_until)
values (timestamptz '1970-01-01 00:00:00+00', timestamptz '1970-01-01 00:00:00+00');

-- What the readings of an hour of a series come to. An hour without readings has no row.
create table reading_hour (
  series_id int not null,
  hour timestamptz not null,
  count bigint not null,
  min float8 not null,
  max float8 not null,
  mean float8 not null,
  -- The sum of squared deviations from the mean.
  m2 float8 not null,
  first float8 not null,
  first_time timestamptz not null,
  last float8 not null,
  last_time timestamptz not null,
  primary key (series_id, hour)
);

-- Closed hours that were changed since, so that their row of reading_hour is not to be used.
create table late_hour (
  series_id int not null,
  hour timestamptz not null,
  primary key (series_id, hour)
);
