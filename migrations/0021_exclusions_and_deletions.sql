-- A demand that is unreasonable (不合理诉求): one person proposes to leave it out of rates, another confirms. Sums of
-- figures stay as they are; a report takes these off and counts them beside.
create table exclusion (
    county TEXT not null,
    id UUID not null,
    matter UUID not null,
    state TEXT not null,
    proposed_at BIGINT not null,
    proposed_by UUID not null,
    proposed_name TEXT not null,
    reason TEXT not null,
    decided_at BIGINT,
    decided_name TEXT,
    decided_reason TEXT,
    lifted_at BIGINT,
    lifted_name TEXT,
    lifted_reason TEXT,
    primary key (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index exclusion_by_matter on exclusion (county, matter);
create index exclusion_by_time on exclusion (county, proposed_at);

-- What was deleted of what was held about people: when, by which rule, of which matter, which of it. Not what it said.
create table deletion (
    county TEXT not null,
    id UUID not null,
    at BIGINT not null,
    rule TEXT not null,
    matter UUID not null,
    words TEXT not null,
    by_name TEXT not null,
    primary key (county, id)
);
create index deletion_by_time on deletion (at, id);

-- Ended matters that still hold how to reach their reporter: those whose time has come are found by when they ended.
create index matter_contact_held on matter (closed_at)
    where closed_at is not null and (sealed_name is not null or sealed_phone is not null or sealed_email is not null
    or sealed_address is not null);
