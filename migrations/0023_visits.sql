-- Checks on the ground: what stays open after lists were matched, asked at the doors. All of it is removed with its campaign.

-- One door to knock at, however many lists ask. `path` is where it lies, as far as that is known; `placed` says that whoever
-- keeps that place goes there, and nobody has to say first in which grid it lies. `door` is the keyed hash that finds the same
-- door again; `state` is 'open', 'again' (nobody was home) or 'done'.
create table visit (
    county TEXT not null,
    id UUID not null,
    campaign UUID not null,
    path TEXT COLLATE "C" not null,
    placed BOOLEAN not null,
    household UUID,
    door BYTEA not null,
    sealed_address BYTEA not null,
    state TEXT not null,
    tries BIGINT not null,
    tried_at BIGINT,
    made_at BIGINT not null,
    done_at BIGINT,
    primary key (county, id),
    foreign key (county, campaign) references campaign (county, id)
);
create unique index visit_by_door on visit (county, campaign, door);
create index visit_by_path on visit (county, path);

-- One person to ask about. `kind` says which side told of them: 'above', 'unclear', 'below', or 'met' for who was met at the
-- door. `person` is who of the registry they are, where that is known. `sealed` is what was found, as far as it is personal;
-- `changed` says that the registry was corrected by it.
create table visit_question (
    county TEXT not null,
    id UUID not null,
    campaign UUID not null,
    visit UUID not null,
    kind TEXT not null,
    person UUID,
    outcome TEXT,
    sealed BYTEA,
    changed BOOLEAN not null,
    found_by UUID,
    found_at BIGINT,
    primary key (county, id),
    foreign key (county, visit) references visit (county, id)
);
create index visit_question_by_visit on visit_question (county, visit);
create index visit_question_by_campaign on visit_question (county, campaign);

-- The lines of lists that ask a question: each line asks once.
create table visit_line (
    county TEXT not null,
    roll UUID not null,
    line BIGINT not null,
    question UUID not null,
    primary key (county, roll, line),
    foreign key (county, question) references visit_question (county, id)
);
create index visit_line_by_question on visit_line (county, question);
