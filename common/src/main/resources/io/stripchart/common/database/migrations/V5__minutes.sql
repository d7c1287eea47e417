-- What the readings of one minute of a series come to, in the order in which statements name it.
create type minute_part as (
  count bigint,
  min float8,
  max float8,
  mean float8,
  m2 float8,
  first_time timestamptz,
  last_time timestamptz
);

-- Of an hour with many readings, its minutes that have any, in order, so that a window which ends within the
-- hour need not read them one by one. Null where they were not made. Right wherever the row is right.
alter table reading_hour add column minutes minute_part[];

-- Where they are more than some twenty, a pointer is left of them in the row; they do not compress.
alter table reading_hour alter column minutes set storage external;

-- Hours whose minutes are to be made.
create table dense_hour (
  series_id int not null,
  hour timestamptz not null,
  primary key (series_id, hour)
);

insert into dense_hour
select series_id, hour from reading_hour
where count > 600 and hour + interval '1 hour' <= (select rolled_until from rollup);
