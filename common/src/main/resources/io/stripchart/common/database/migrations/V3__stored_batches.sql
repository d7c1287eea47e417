-- The transactions of the last hour that stored readings, each under the number by which it is announced:
-- whoever missed the announcement finds here what it was.
create table stored_batch (
  process uuid not null,
  sequence bigint not null,
  -- pg_current_xact_id(); its lower 32 bits are the xmin of the readings.
  transaction bigint not null,
  stored_at timestamptz not null default clock_timestamp(),
  -- The stretches of time in which the readings lie that were new, in order, and how many these were.
  first_times timestamptz[] not null,
  last_times timestamptz[] not null check (cardinality(last_times) = cardinality(first_times)),
  readings int not null check (readings > 0),
  primary key (process, sequence)
);

-- To forget the oldest, and to find the newest.
create index on stored_batch (stored_at);
create index on stored_batch (transaction);
