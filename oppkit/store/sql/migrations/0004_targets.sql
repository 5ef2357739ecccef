-- What is aimed at and announced for a period, and forecasts that are kept. All three are append-only:
-- nothing that was typed is overwritten, whatever becomes of settings, owners and establishments.

-- The latest of a period and a scope counts; without amount it was withdrawn.
create table target (
    id bigint primary key,
    period text not null,
    begins date not null,
    owner_id bigint,
    establishment text,
    amount numeric(18, 3),
    currency text not null,
    author text not null,
    saved_at timestamptz not null
);

-- The manager's own call. Each stays beside what happened; the latest is the one in force.
create table forecast_call (
    id bigint primary key,
    period text not null,
    begins date not null,
    owner_id bigint,
    establishment text,
    committed numeric(18, 3),
    best_case numeric(18, 3),
    note text not null,
    currency text not null,
    said_on date not null,
    author text not null,
    saved_at timestamptz not null
);

-- What was forecast on a day, as JSON; of several on one day the latest counts.
create table forecast_record (
    id bigint primary key,
    day date not null,
    author text not null,
    saved_at timestamptz not null,
    content text not null
);
