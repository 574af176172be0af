-- Patrols (巡查): a place that somebody goes and looks at on a day, and what was found there. Where people go is not
-- recorded, only what they noted; who noted it stands as a name, as on every entry, and is counted nowhere.
create table patrol (
    county TEXT not null,
    id UUID not null,
    round UUID not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    place TEXT not null,
    look TEXT not null,
    due BIGINT not null,
    planned_at BIGINT not null,
    planned_by TEXT not null,
    outcome TEXT,
    words TEXT,
    entry UUID,
    noted_at BIGINT,
    seen_at BIGINT,
    noted_by TEXT,
    matter UUID,
    primary key (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index patrol_by_due on patrol (county, due);
create index patrol_by_round on patrol (county, round);
create index patrol_by_matter on patrol (county, matter);
