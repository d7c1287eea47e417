create table series (
  id int generated always as identity primary key,
  name text collate "C" not null unique check (octet_length(name) between 1 and 255),
  unit text,
  description text
);

-- No foreign key: a series is never deleted, and the check of each row would have a cost.
create table reading (
  series_id int not null,
  time timestamptz not null,
  value float8 not null,
  primary key (series_id, time)
) partition by range (time);

-- Feeds that were switched off or on by hand; a feed that is not in here is on.
create table feed_switch (
  feed text collate "C" primary key,
  is_on boolean not null,
  changed_at timestamptz not null default now()
);
