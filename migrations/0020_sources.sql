-- A cause behind many matters (溯源治理), worked on like a matter: what it seems to be, where, who answers for it,
-- what was done about it, how it ended. Staff write about things here, not about persons.
create table source (
    county TEXT not null,
    id UUID not null,
    title TEXT not null,
    words TEXT not null,
    category TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    unit UUID not null,
    opened_at BIGINT not null,
    ended_at BIGINT,
    outcome TEXT,
    primary key (county, id)
);
create index source_by_opened on source (county, opened_at);

-- What was noted and done about it, in order. A measure holds from a day on: before and after it matters are counted.
create table source_entry (
    county TEXT not null,
    id UUID not null,
    source UUID not null,
    kind TEXT not null,
    at BIGINT not null,
    since BIGINT,
    by_name TEXT not null,
    words TEXT not null,
    primary key (county, id),
    foreign key (county, source) references source (county, id)
);
create index source_entry_by_source on source_entry (county, source, at);

-- The matters behind which it stands. What staff took out stays here, so that it is not proposed again.
create table source_matter (
    county TEXT not null,
    source UUID not null,
    matter UUID not null,
    linked_at BIGINT not null,
    unlinked_at BIGINT,
    primary key (county, source, matter),
    foreign key (county, source) references source (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index source_matter_by_matter on source_matter (county, matter);

-- Of one category in a county, by when they came in: a source counts them week by week.
create index matter_by_category on matter (county, category, created_at);
