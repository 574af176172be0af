-- What figures are read from: sums over matters, written in the same transaction as the matter, and
-- counted again from the matters by `lianxin db recount`. A month is its first moment in China.

create table figure_sum (
    county TEXT not null,
    month BIGINT not null,
    path TEXT COLLATE "C" not null,
    category TEXT not null,
    unit UUID not null,
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
    primary key (county, month, path, category, unit)
);

-- How many matters of a town took how long; seconds are rounded down as pages say them.
create table figure_length (
    county TEXT not null,
    month BIGINT not null,
    path TEXT COLLATE "C" not null,
    stretch TEXT not null,
    seconds BIGINT not null,
    n BIGINT not null,
    primary key (county, month, path, stretch, seconds)
);
