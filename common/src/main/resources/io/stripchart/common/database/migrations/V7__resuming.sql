-- stored_batch holds every transaction that stored readings and was noted at this time or later; earlier
-- ones may be deleted. One row.
create table stored_batch_kept (
  since timestamptz not null
);
create unique index on stored_batch_kept ((true));
-- Until now they were deleted after an hour.
insert into stored_batch_kept
select case when exists (select from stored_batch) then clock_timestamp() else 'epoch' end;

-- Transactions are found by the time of their note or by their number.
create index on stored_batch (stored_at, process, sequence);
drop index stored_batch_stored_at_idx;

-- Changes whenever an id of series may mean another name, so that processes notice that the ids which
-- they remember are no longer right: a backup was restored, or rows were changed by hand. One row.
create table series_marker (
  marker uuid not null
);
create unique index on series_marker ((true));
insert into series_marker values (gen_random_uuid());

create function change_series_marker() returns trigger language plpgsql as $$
begin
  update series_marker set marker = gen_random_uuid();
  return null;
end $$;

create trigger series_marker after update of id, name or delete or truncate on series
  for each statement execute function change_series_marker();
