-- Two-way checks (双向排查): lists that offices bring, and who on them is whom in the registry. What is personal is sealed,
-- and is removed after the campaign's last day.

-- `ends_at` is the first moment after the last day. `age_from` and `age_to` narrow whom the lists are about, in whole years
-- on the day it was opened: at least `age_from`, less than `age_to`.
create table campaign (
    county TEXT not null,
    id UUID not null,
    title TEXT not null,
    purpose TEXT not null,
    ground TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    age_from BIGINT,
    age_to BIGINT,
    ends_at BIGINT not null,
    created_by UUID,
    created_at BIGINT not null,
    closed_at BIGINT,
    erased_at BIGINT,
    primary key (county, id)
);
create index campaign_by_path on campaign (county, path);
create index campaign_by_end on campaign (ends_at);

-- The offices asked for their lists.
create table campaign_office (
    county TEXT not null,
    campaign UUID not null,
    organisation UUID not null,
    primary key (county, campaign, organisation),
    foreign key (county, campaign) references campaign (county, id)
);
create index campaign_office_by_organisation on campaign_office (organisation);

-- Which field an office's column holds, by its heading: said once, known the next time.
create table office_column (
    county TEXT not null,
    organisation UUID not null,
    heading TEXT not null,
    field TEXT not null,
    primary key (county, organisation, heading)
);

-- An office's list. `sealed_file` is the file as text until its columns are known; then its rows stand in roll_row.
create table roll (
    county TEXT not null,
    id UUID not null,
    campaign UUID not null,
    organisation UUID not null,
    title TEXT not null,
    sealed_file BYTEA,
    people BIGINT not null,
    faulty BIGINT not null,
    run UUID,
    brought_by UUID,
    brought_at BIGINT not null,
    primary key (county, id),
    foreign key (county, campaign) references campaign (county, id)
);
create index roll_by_campaign on roll (county, campaign);

-- Somebody on a list, by the line of the file they stand on. `faults` are codes of what is wrong with the line.
create table roll_row (
    county TEXT not null,
    roll UUID not null,
    line BIGINT not null,
    sealed BYTEA not null,
    id_key BYTEA,
    faults TEXT not null,
    primary key (county, roll, line),
    foreign key (county, roll) references roll (county, id)
);

-- Work in the background: a list being linked with the registry. `beat_at` is when whoever works on it last said so; `holder` is one start of the program.
create table check_run (
    county TEXT not null,
    id UUID not null,
    campaign UUID not null,
    roll UUID not null,
    state TEXT not null,
    stage TEXT not null,
    share BIGINT not null,
    holder UUID,
    asked_by UUID,
    asked_at BIGINT not null,
    beat_at BIGINT not null,
    ended_at BIGINT,
    above BIGINT not null,
    below BIGINT not null,
    compared BIGINT not null,
    primary key (county, id),
    foreign key (county, campaign) references campaign (county, id)
);
create index check_run_by_state on check_run (state, beat_at);
create index check_run_by_campaign on check_run (county, campaign);

-- What a run found of each line: the likeliest person, and why; and the place the line is about, where that is known.
create table roll_match (
    county TEXT not null,
    run UUID not null,
    line BIGINT not null,
    person UUID,
    probability DOUBLE PRECISION not null,
    reasons TEXT not null,
    path TEXT COLLATE "C",
    primary key (county, run, line)
);
create index roll_match_by_person on roll_match (county, run, person);

-- What a clerk decided about a line and a person; it outlives runs.
create table roll_decision (
    county TEXT not null,
    roll UUID not null,
    line BIGINT not null,
    person UUID not null,
    same BOOLEAN not null,
    probability DOUBLE PRECISION not null,
    decided_by UUID,
    decided_at BIGINT not null,
    primary key (county, roll, line),
    foreign key (county, roll) references roll (county, id)
);
