-- Which enterprises and associations have no branch: what a plan needs to know of them, plans, and what was decided.

-- `trade` is what an enterprise works in, in the county's own words; `lon` and `lat` where it stands, when that is known better
-- than by its area; `takes` how many units a branch takes on besides those it covers (none: as its form has it).
alter table organisation add column trade TEXT;
alter table organisation add column lon DOUBLE PRECISION;
alter table organisation add column lat DOUBLE PRECISION;
alter table organisation add column takes BIGINT;

-- Which enterprise belongs to which association or chamber, from a day to a day.
create table affiliation (
    county TEXT not null,
    id UUID not null,
    organisation UUID not null,
    association UUID not null,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id),
    foreign key (county, organisation) references organisation (county, id),
    foreign key (county, association) references organisation (county, id)
);
create index affiliation_by_organisation on affiliation (county, organisation);
create index affiliation_by_association on affiliation (county, association);

-- A plan for everything in an area: `waiting`, `running`, `done` or `failed`. `least_…` are bounds that no plan goes below.
create table coverage_plan (
    county TEXT not null,
    id UUID not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    state TEXT not null,
    made_at BIGINT not null,
    made_by TEXT not null,
    changed_at BIGINT not null,
    units BIGINT not null,
    placeless BIGINT not null,
    left_out BIGINT not null,
    joints BIGINT not null,
    metres BIGINT not null,
    least_left_out BIGINT not null,
    least_joints BIGINT not null,
    least_metres BIGINT not null,
    primary key (county, id)
);
create index coverage_plan_by_path on coverage_plan (county, path, made_at);
create index coverage_plan_by_state on coverage_plan (state, changed_at);

-- How one unit is covered. `seat` names the proposal: the unit that leads a joint branch, else the unit itself. `host` is the
-- organisation that takes it on or keeps it, `host_unit` the unit whose own branch will. `basis` is what the line rests on, as it
-- was read: when it has changed, the line is out of date. `next_…` is what the cheapest other place would cost.
create table coverage_line (
    county TEXT not null,
    plan UUID not null,
    unit UUID not null,
    seat UUID not null,
    way TEXT not null,
    founds TEXT,
    host UUID,
    host_unit UUID,
    members BIGINT not null,
    staff BIGINT not null,
    metres BIGINT not null,
    rules TEXT not null,
    next_left_out BIGINT,
    next_joints BIGINT,
    next_metres BIGINT,
    basis TEXT not null,
    primary key (county, plan, unit),
    foreign key (county, plan) references coverage_plan (county, id)
);
create index coverage_line_by_seat on coverage_line (county, plan, seat);

-- What was decided about a proposal; `organisation` is the one that was founded, or that takes the unit on.
create table coverage_decision (
    county TEXT not null,
    id UUID not null,
    plan UUID not null,
    seat UUID not null,
    decision TEXT not null,
    organisation UUID,
    founded BOOLEAN not null,
    reason TEXT not null,
    made_at BIGINT not null,
    made_by TEXT not null,
    undone_at BIGINT,
    undone_by TEXT,
    primary key (county, id),
    foreign key (county, plan) references coverage_plan (county, id)
);
create index coverage_decision_by_seat on coverage_decision (county, plan, seat);

-- What an acceptance did, so that it can be undone: which unit had which superior before, which transfer was asked for.
create table coverage_done (
    county TEXT not null,
    decision UUID not null,
    what TEXT not null,
    id UUID not null,
    was UUID,
    primary key (county, decision, what, id),
    foreign key (county, decision) references coverage_decision (county, id)
);
