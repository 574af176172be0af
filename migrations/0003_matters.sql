-- Matters: what a person asked for or reported, and everything that happened to it.

-- Every county shares the catalogue: a reference table.
create table category (
    code TEXT not null,
    group_code TEXT not null,
    body TEXT not null,
    respond_minutes BIGINT not null,
    resolve_minutes BIGINT not null,
    climb_minutes BIGINT not null,
    working_time BOOLEAN not null,
    private BOOLEAN not null,
    sort BIGINT not null,
    retired_at BIGINT,
    primary key (code)
);

create table matter (
    county TEXT not null,
    id UUID not null,
    number TEXT not null,
    secret BYTEA not null,
    category TEXT not null,
    text TEXT not null,
    sealed_text BYTEA,
    place TEXT not null,
    sealed_address BYTEA,
    sealed_name BYTEA,
    sealed_phone BYTEA,
    phone_key BYTEA,
    sealed_email BYTEA,
    attributes TEXT not null,
    channel TEXT not null,
    language TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    status TEXT not null,
    unit UUID,
    level BIGINT,
    first_unit UUID,
    settled_level BIGINT,
    entered_by UUID,
    created_at BIGINT not null,
    dispatched_at BIGINT,
    responded_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    closed_by TEXT,
    solved BOOLEAN,
    satisfied BOOLEAN,
    responded_in_time BOOLEAN,
    respond_due BIGINT,
    resolve_due BIGINT,
    climb_due BIGINT,
    next_due BIGINT,
    due BIGINT,
    paused_at BIGINT,
    hops BIGINT not null,
    reopened BIGINT not null,
    objections BIGINT not null,
    events BIGINT not null,
    version BIGINT not null,
    primary key (county, id),
    unique (county, number),
    unique (county, secret)
);
create index matter_by_created on matter (county, created_at, id);
create index matter_by_path on matter (county, path, status);
create index matter_by_unit on matter (county, unit, status);
create index matter_by_first_unit on matter (county, first_unit);
create index matter_by_status on matter (county, status, created_at, id);
create index matter_by_due on matter (county, due, id);
create index matter_by_next_due on matter (next_due);
create index matter_by_phone on matter (county, phone_key);

-- What happened, once and for all: figures are computed from here.
create table matter_event (
    county TEXT not null,
    matter UUID not null,
    seq BIGINT not null,
    id UUID not null,
    at BIGINT not null,
    kind TEXT not null,
    actor UUID,
    actor_kind TEXT not null,
    actor_name TEXT not null,
    unit UUID,
    unit_name TEXT,
    level BIGINT,
    status TEXT not null,
    note TEXT,
    sealed_note BYTEA,
    detail TEXT not null,
    primary key (county, matter, seq),
    unique (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index matter_event_by_time on matter_event (county, at);
