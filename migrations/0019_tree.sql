-- Organisations as facts with dates, and the tree of areas as of any day.

-- `form` is how a branch is formed (none: as usual); `superior` is the organisation above it, for an enterprise or an
-- association the one that covers it; `approval` names the paper by which the superior agreed; `ends` is when its task is over.
alter table organisation add column form TEXT;
alter table organisation add column superior UUID;
alter table organisation add column approval TEXT;
alter table organisation add column ends BIGINT;
create index organisation_by_superior on organisation (superior);

-- What an organisation was before: the row of `organisation` is what it is today. `area_change` is set where it only followed its area.
create table organisation_past (
    county TEXT not null,
    organisation UUID not null,
    valid_from BIGINT not null,
    valid_to BIGINT not null,
    name TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    superior UUID,
    reason TEXT not null,
    area_change UUID,
    primary key (county, organisation, valid_from),
    foreign key (county, organisation) references organisation (county, id)
);

-- Terms of office (届): elected on the first day, due to be elected anew on the last.
create table organisation_term (
    county TEXT not null,
    id UUID not null,
    organisation UUID not null,
    valid_from BIGINT not null,
    valid_to BIGINT not null,
    approval TEXT,
    primary key (county, id),
    foreign key (county, organisation) references organisation (county, id)
);
create index organisation_term_by_organisation on organisation_term (county, organisation, valid_to);

-- An area's id spells its path, so an area that goes elsewhere ends there and goes on under another id: its heir, which takes
-- whatever was its own. Every ended area has one.
alter table area add column heir TEXT;

-- One change of the tree: of which kind, from which day, who made it and why.
create table area_change (
    county TEXT not null,
    id UUID not null,
    kind TEXT not null,
    valid_from BIGINT not null,
    made_at BIGINT not null,
    made_by TEXT not null,
    reason TEXT not null,
    undone_at BIGINT,
    undone_by TEXT,
    primary key (county, id)
);
create index area_change_by_time on area_change (county, made_at);

-- What it did to one area, as it was until then: it went on as `heir`; it was `made`, and goes back to `heir` when that is undone; or
-- it only has another name, boundary or number of households (`heir` is itself). Ids begin with those around them, so that what
-- happened in a place is a range.
create table area_step (
    county TEXT not null,
    change UUID not null,
    area TEXT COLLATE "C" not null,
    heir TEXT COLLATE "C" not null,
    made BOOLEAN not null,
    name TEXT not null,
    households BIGINT,
    shape TEXT,
    primary key (county, change, area, made),
    foreign key (county, change) references area_change (county, id)
);
create index area_step_by_area on area_step (county, area);
create index area_step_by_heir on area_step (county, heir);

-- Which row went on as which other one, so that a change can be undone to the letter.
create table area_moved (
    county TEXT not null,
    change UUID not null,
    what TEXT not null,
    row_county TEXT not null,
    was UUID not null,
    became UUID not null,
    area TEXT not null,
    heir TEXT not null,
    primary key (county, change, what, row_county, was),
    foreign key (county, change) references area_change (county, id)
);

-- The names an area had before.
create table area_past (
    county TEXT not null,
    area TEXT not null,
    change UUID not null,
    name TEXT not null,
    valid_to BIGINT not null,
    primary key (county, area, change)
);

-- Where whatever still stands under an ended area's path is answered for today: whoever has a post over `heir` has it over
-- `path` too.
create table area_heir (
    county TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    heir TEXT COLLATE "C" not null,
    valid_from BIGINT not null,
    primary key (county, area)
);
create index area_heir_by_heir on area_heir (heir);
