-- Rosters that come in as files, and people who go from one organisation to another.

-- `columns` says for each heading which field it holds, `next_row` which row comes next: a batch moves it in the
-- transaction that writes its rows. The rows themselves lie sealed among the files until a week after.
create table roster (
    county TEXT not null,
    id UUID not null,
    home TEXT not null,
    account UUID,
    digest BYTEA not null,
    area TEXT,
    organisation UUID,
    kind TEXT not null,
    columns TEXT not null,
    state TEXT not null,
    total BIGINT not null,
    next_row BIGINT not null,
    added BIGINT not null,
    changed BIGINT not null,
    same BIGINT not null,
    refused BIGINT not null,
    created_at BIGINT not null,
    changed_at BIGINT not null,
    primary key (county, id)
);
create index roster_by_account on roster (account, created_at);
create index roster_by_state on roster (state, changed_at);

-- Rows that were not taken, with the messages that say why, joined by commas.
create table roster_refusal (
    county TEXT not null,
    roster UUID not null,
    line BIGINT not null,
    reasons TEXT not null,
    primary key (county, roster, line)
);

-- What somebody said a heading holds, for the next file of the same place.
create table roster_heading (
    county TEXT not null,
    place TEXT not null,
    heading TEXT not null,
    field TEXT not null,
    primary key (county, place, heading)
);

create index person_by_birth on person (county, plain, birth);

-- Somebody is to go from one organisation to another, asked by one end and answered by the other.
create table transfer (
    county TEXT not null,
    id UUID not null,
    person UUID not null,
    kind TEXT not null,
    membership UUID not null,
    from_organisation UUID not null,
    from_path TEXT COLLATE "C" not null,
    to_organisation UUID not null,
    to_path TEXT COLLATE "C" not null,
    asked_from BOOLEAN not null,
    asked_by TEXT not null,
    asked_at BIGINT not null,
    reason TEXT not null,
    due_at BIGINT not null,
    state TEXT not null,
    answered_by TEXT,
    answered_at BIGINT,
    answer TEXT,
    primary key (county, id),
    foreign key (county, person) references person (county, id)
);
create index transfer_by_person on transfer (county, person);
create index transfer_by_from on transfer (from_path, state);
create index transfer_by_to on transfer (to_path, state);
