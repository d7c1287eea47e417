-- The transactions of the last hour that stored readings, each under the number by which it is announced:
-- whoever missed the announcement finds here what it was.
create table stored_batch (
  process uuid not null,
  sequence bigint not null,
  -- pg_current_xact_id(); its lower 32 bits are the xmin of the readings.
  transaction bigint not null,
  stored_at timestamptz not null default clock_timestamp(),
  -- The least and the greatest time of the readings that were new, and how many were.
  first_time timestamptz not null,
  last_time timestamptz not null,
  readings int not null check (readings > 0),
  primary key (process, sequence)
);

create index on stored_batch (stored_at);
