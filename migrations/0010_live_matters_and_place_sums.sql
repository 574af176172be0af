-- An inbox asks for what is not over: a small part of a county's matters, by place or by unit.
create index matter_live on matter (county, status, path, due, unit)
    where status not in ('closed', 'withdrawn', 'dismissed', 'merged');
drop index matter_by_first_unit;
create index matter_by_first_unit on matter (county, first_unit, status);

-- What figures of all categories and units together are read from: the sums of a place, some hundred rows
-- for each county and month where `figure_sum` has some ten thousand.
create table figure_place (
    county TEXT not null,
    month BIGINT not null,
    path TEXT COLLATE "C" not null,
    received BIGINT not null,
    closed BIGINT not null,
    dispatched BIGINT not null,
    judged BIGINT not null,
    in_time BIGINT not null,
    solved BIGINT not null,
    satisfied BIGINT not null,
    unsolved BIGINT not null,
    reopened BIGINT not null,
    climbs BIGINT not null,
    climbed BIGINT not null,
    settled BIGINT not null,
    settled_county BIGINT not null,
    settled_town BIGINT not null,
    settled_village BIGINT not null,
    settled_grid BIGINT not null,
    settled_micro BIGINT not null,
    closed_reporter BIGINT not null,
    closed_call_back BIGINT not null,
    closed_time_out BIGINT not null,
    closed_entered BIGINT not null,
    withdrawn BIGINT not null,
    dismissed BIGINT not null,
    responded BIGINT not null,
    resolved BIGINT not null,
    dispatch_seconds BIGINT not null,
    response_seconds BIGINT not null,
    resolve_seconds BIGINT not null,
    close_seconds BIGINT not null,
    primary key (county, month, path)
);
