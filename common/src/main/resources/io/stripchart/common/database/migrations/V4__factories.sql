-- A factory is known while it has a row. Its readings are those of the series
-- factory.<id>.sprocket_production_actual and …_goal, and stay when the row goes.
create table factory (
  id int primary key check (id >= 0),
  name text not null check (char_length(name) between 1 and 255),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
