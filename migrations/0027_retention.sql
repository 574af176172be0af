-- How long what is no longer needed is kept, where a county decided otherwise than the program; the newest row holds.
create table retention_rule (
    county TEXT not null,
    kind TEXT not null,
    valid_from BIGINT not null,
    days BIGINT not null,
    by_name TEXT not null,
    reason TEXT not null,
    primary key (county, kind, valid_from)
);

-- When the program last looked for what was kept long enough, how many it erased then, and in all.
create table retention_run (
    county TEXT not null,
    kind TEXT not null,
    at BIGINT not null,
    gone BIGINT not null,
    total BIGINT not null,
    primary key (county, kind)
);

-- When what was said in a mediation was erased; that it took place, when and how it ended stays.
alter table dispute add column erased_at BIGINT;
