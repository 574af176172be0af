-- A unit that was called to help with a matter (吹哨报到): as which kind of call, by when it is to be there, when it
-- came. The matter's events say the same; the row is what lists, scopes and figures read. `ended_at` is when nobody
-- waited for it any longer.
create table whistle_call (
    county TEXT not null,
    id UUID not null,
    matter UUID not null,
    unit UUID not null,
    caller UUID,
    kind TEXT not null,
    called_at BIGINT not null,
    due BIGINT not null,
    arrived_at BIGINT,
    ended_at BIGINT,
    primary key (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index whistle_call_by_matter on whistle_call (county, matter);
create index whistle_call_by_unit on whistle_call (county, unit, called_at);
create index whistle_call_by_time on whistle_call (county, called_at);

-- How long a called unit has, where a county decided otherwise than the program; the newest row holds.
create table whistle_limit (
    county TEXT not null,
    kind TEXT not null,
    valid_from BIGINT not null,
    minutes BIGINT not null,
    working_time BOOLEAN not null,
    primary key (county, kind, valid_from)
);
