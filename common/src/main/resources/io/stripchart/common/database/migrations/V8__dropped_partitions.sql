-- Partitions of reading that the retention dropped lately, so that all processes together drop some an hour.
create table dropped_partition (
  name text not null,
  -- Of its times.
  from_time timestamptz not null,
  to_time timestamptz not null,
  dropped_at timestamptz not null default now()
);
