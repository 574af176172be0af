-- Two records of one person: merged with an undo, or said to be two people.

-- `gone` went into `kept`. The record of `kept` as it was until then stands here, sealed where it was sealed. `version` is the
-- one it had right after: who corrects it later cannot undo any more.
create table person_merge (
    county TEXT not null,
    id UUID not null,
    kept UUID not null,
    gone UUID not null,
    made_at BIGINT not null,
    made_by TEXT not null,
    reason TEXT not null,
    version BIGINT not null,
    name TEXT not null,
    sex TEXT,
    birth TEXT,
    sealed_id BYTEA,
    id_key BYTEA,
    sealed_phone BYTEA,
    phone_key BYTEA,
    phone_tail BYTEA,
    undone_at BIGINT,
    undone_by TEXT,
    primary key (county, id),
    foreign key (county, kept) references person (county, id),
    foreign key (county, gone) references person (county, id)
);
create index person_merge_by_kept on person_merge (county, kept, made_at);
create index person_merge_by_gone on person_merge (county, gone, made_at);

-- Every fact that either of them had, as it was and as the merge left it: whose, from when until when, why it ended. A fact
-- that the other one's covers is set aside: it ends where it begins, so that it holds on no day. What has no days of its own
-- (a transfer, another room's row) only says whose it was and is.
create table person_merge_fact (
    county TEXT not null,
    merge UUID not null,
    what TEXT not null,
    fact TEXT not null,
    was_person UUID not null,
    was_from BIGINT,
    was_to BIGINT,
    was_ended TEXT,
    person UUID not null,
    valid_from BIGINT,
    valid_to BIGINT,
    ended TEXT,
    primary key (county, merge, what, fact),
    foreign key (county, merge) references person_merge (county, id)
);

-- Somebody looked: these two are different people. `one` is the smaller id.
create table person_apart (
    county TEXT not null,
    one UUID not null,
    other UUID not null,
    said_at BIGINT not null,
    said_by TEXT not null,
    primary key (county, one, other),
    foreign key (county, one) references person (county, id),
    foreign key (county, other) references person (county, id)
);
create index person_apart_by_other on person_apart (county, other);

-- Where two-way checks name a person, whichever run or visit it was.
create index roll_match_by_whom on roll_match (county, person);
create index roll_decision_by_whom on roll_decision (county, person);
create index visit_question_by_whom on visit_question (county, person);
