-- Areas, organisations, and which organisation answers for what where.

create table area (
    county TEXT not null,
    id TEXT not null,
    parent TEXT,
    kind TEXT not null,
    name TEXT not null,
    path TEXT COLLATE "C" not null,
    depth BIGINT not null,
    households BIGINT,
    shape TEXT,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id)
);
create index area_by_path on area (path);
create index area_by_parent on area (parent, id);

create table organisation (
    county TEXT not null,
    id UUID not null,
    code TEXT,
    kind TEXT not null,
    name TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    phone TEXT,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id)
);
create index organisation_by_path on organisation (county, path);
create index organisation_by_id on organisation (id);
create index organisation_by_code on organisation (county, code);

-- The published duty list: the organisation answers for the category in the area and below it.
create table duty (
    county TEXT not null,
    id UUID not null,
    organisation UUID not null,
    category TEXT not null,
    area TEXT not null,
    depth BIGINT not null,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id),
    foreign key (county, organisation) references organisation (county, id)
);
create index duty_by_category on duty (county, category, area);
create index duty_by_organisation on duty (county, organisation);
create index duty_by_area on duty (county, area);

-- Counts the changes to a county's boundaries, so that every process knows when what it holds is stale.
create table shape_version (
    county TEXT not null,
    version BIGINT not null,
    primary key (county)
);

create index post_by_organisation on post (organisation);
create index post_by_place on post (path);
