-- The whole workspace. Every statement runs on DuckDB and on PostgreSQL.
-- No foreign keys: in DuckDB a child row would freeze the list, unique and key columns of its parent.
-- The rules live in oppkit.model; integrity.sql finds rows that break them.
-- Identifiers come from one sequence, so that tags, responsibles and participants of any kind of
-- record share a table. Records kept as JSON are text: both engines then hand out the same value.
-- Child tables have no index: DuckDB finds five lines among three million as fast without one (it
-- knows which blocks hold which identifiers), and rewriting one cost each save 15 ms.

create sequence record_id;

create table setting (
    name text primary key,
    value text not null
);

-- One row; moves with every change, so that a snapshot knows whether it is still fresh.
create table change (
    counter bigint not null
);
insert into change (counter) values (0);

create table numbering (
    kind text not null,
    year integer not null,
    last integer not null,
    primary key (kind, year)
);

create table reference (
    list text not null,
    code text not null,
    label_fr text not null,
    label_en text not null,
    rank integer not null,
    active boolean not null,
    outcome text,
    probability numeric(5, 4),
    kind text,
    pricing text,
    family text,
    colour text,
    decimals integer,
    primary key (list, code)
);

-- Units of `currency` times `rate` are units of the workspace's currency, from `valid_from` on.
create table exchange_rate (
    currency text not null,
    valid_from date not null,
    rate numeric(18, 8) not null,
    primary key (currency, valid_from)
);

create table customer (
    id bigint primary key,
    version integer not null,
    code text not null unique,
    name text not null,
    kind text not null,
    customer_since date,
    street text not null,
    postcode text not null,
    city text not null,
    country text,
    email text,
    phone text not null,
    website text not null,
    vat_number text not null,
    sector text,
    comment text not null,
    active boolean not null,
    search_text text not null
);

create table site (
    id bigint primary key,
    customer_id bigint not null,
    position integer not null,
    code text not null,
    name text not null,
    street text not null,
    postcode text not null,
    city text not null,
    country text,
    active boolean not null
);

create table contact (
    id bigint primary key,
    customer_id bigint not null,
    position integer not null,
    first_name text not null,
    last_name text not null,
    job text not null,
    email text,
    phone text not null,
    language text not null,
    site text,
    active boolean not null
);

create table employee (
    id bigint primary key,
    version integer not null,
    code text not null unique,
    first_name text not null,
    last_name text not null,
    email text,
    phone text not null,
    establishment text,
    active boolean not null,
    search_text text not null
);

create table event (
    id bigint primary key,
    version integer not null,
    kind text not null,
    subject text not null,
    starts_at timestamptz,
    ends_at timestamptz,
    due_on date,
    done_on date,
    owner_id bigint,
    customer_id bigint,
    site_id bigint,
    contact_id bigint,
    opportunity_id bigint,
    comment text not null,
    search_text text not null
);

-- amount and margin are the sums of the lines, kept here for searches; weighted ones never are.
create table opportunity (
    id bigint primary key,
    version integer not null,
    code text not null unique,
    name text not null,
    customer_id bigint not null,
    site_id bigint,
    origin_type text,
    origin_id bigint,
    origin_text text not null,
    status text not null,
    status_on date not null,
    opened_on date not null,
    expected_signature date,
    production_start date,
    production_end date,
    probability numeric(5, 4),
    probability_typed boolean not null,
    currency text not null,
    establishment text,
    sector text,
    family text,
    subfamily text,
    closed_on date,
    loss_reason text,
    close_comment text not null,
    comment text not null,
    owner_id bigint,
    amount numeric(18, 3),
    margin numeric(18, 3),
    search_text text not null
);

create table line (
    opportunity_id bigint not null,
    position integer not null,
    sale_type text,
    title text not null,
    quantity numeric(18, 4) not null,
    unit_price numeric(18, 4),
    amount numeric(18, 3),
    margin numeric(18, 3),
    duration_months integer,
    recurrence text
);

create table tagging (
    record_id bigint not null,
    position integer not null,
    tag text not null
);

create table responsible (
    record_id bigint not null,
    position integer not null,
    role text not null,
    employee_id bigint not null
);

create table participant (
    record_id bigint not null,
    position integer not null,
    contact_id bigint,
    employee_id bigint
);

-- Append-only. A version is in force from valid_from until valid_to (null: still). deleted_by is
-- set where the version ended by a deletion.
create table opportunity_version (
    opportunity_id bigint not null,
    version integer not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    author text not null,
    deleted_by text,
    status text not null,
    outcome text not null,
    probability numeric(5, 4),
    amount numeric(18, 3),
    margin numeric(18, 3),
    currency text not null,
    opened_on date not null,
    expected_signature date,
    closed_on date,
    owner_id bigint,
    customer_id bigint not null,
    establishment text,
    sector text,
    family text,
    subfamily text,
    origin_type text,
    record text not null,
    primary key (opportunity_id, version)
);

-- The history of every other kind of record.
create table record_version (
    record_id bigint not null,
    version integer not null,
    kind text not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    author text not null,
    deleted_by text,
    record text not null,
    primary key (record_id, version)
);

create table affair (
    id bigint primary key,
    version integer not null,
    code text not null unique,
    name text not null,
    customer_id bigint not null,
    site_id bigint,
    opportunity_id bigint,
    status text not null,
    opened_on date not null,
    production_start date,
    production_end date,
    currency text not null,
    budget numeric(18, 3) not null,
    establishment text,
    sector text,
    family text,
    subfamily text,
    comment text not null,
    search_text text not null
);

create table quote (
    id bigint primary key,
    version integer not null,
    code text not null unique,
    name text not null,
    opportunity_id bigint not null,
    parent_id bigint,
    customer_id bigint not null,
    site_id bigint,
    contact_id bigint,
    state text not null,
    archive_reason text not null,
    quoted_on date not null,
    validated_on date,
    signed_on date,
    expected_signature date,
    currency text not null,
    establishment text,
    sector text,
    family text,
    subfamily text,
    comment text not null,
    search_text text not null
);

create table quote_line (
    quote_id bigint not null,
    position integer not null,
    sale_type text,
    title text not null,
    quantity numeric(18, 4) not null,
    unit_price numeric(18, 4) not null,
    discount numeric(5, 4) not null,
    vat_rate numeric(5, 4) not null,
    duration_months integer,
    recurrence text
);
