-- Mediation of a dispute (调解): a case of its own on a matter, whose unit mediates and whose clock runs on. What it
-- is about, what was said and what was agreed are sealed; so are the names and numbers of people.
create table dispute (
    county TEXT not null,
    id UUID not null,
    matter UUID not null,
    sealed_about BYTEA not null,
    opened_at BIGINT not null,
    due BIGINT not null,
    ended_at BIGINT,
    outcome TEXT,
    form TEXT,
    agreed_at BIGINT,
    sealed_terms BYTEA,
    confirm_by BIGINT,
    confirmed_at BIGINT,
    confirm_note TEXT,
    primary key (county, id),
    foreign key (county, matter) references matter (county, id)
);
create index dispute_by_matter on dispute (county, matter);
create index dispute_by_due on dispute (county, due);

-- Who takes part: an organisation, or a person.
create table dispute_party (
    county TEXT not null,
    id UUID not null,
    dispute UUID not null,
    role TEXT not null,
    organisation UUID,
    sealed_name BYTEA,
    sealed_phone BYTEA,
    added_at BIGINT not null,
    primary key (county, id),
    foreign key (county, dispute) references dispute (county, id)
);
create index dispute_party_by_dispute on dispute_party (county, dispute);

-- When they sit together, and what was said.
create table dispute_session (
    county TEXT not null,
    id UUID not null,
    dispute UUID not null,
    at BIGINT not null,
    place TEXT not null,
    held_at BIGINT,
    sealed_record BYTEA,
    primary key (county, id),
    foreign key (county, dispute) references dispute (county, id)
);
create index dispute_session_by_dispute on dispute_session (county, dispute);

-- Who was invited to sit together, and whether they came; nothing while nobody knows.
create table dispute_invitation (
    county TEXT not null,
    session UUID not null,
    party UUID not null,
    came BOOLEAN,
    primary key (county, session, party),
    foreign key (county, session) references dispute_session (county, id),
    foreign key (county, party) references dispute_party (county, id)
);
