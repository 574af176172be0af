-- People once, the households they live in, and what they belong to, each from a day to a day.

-- `plain`, `sound` and `initials` are the name as it is looked for: simplified characters, syllables without
-- tones, their first letters. `id_key`, `phone_key` and `phone_tail` are keyed hashes of what is sealed.
create table person (
    county TEXT not null,
    id UUID not null,
    name TEXT not null,
    plain TEXT COLLATE "C" not null,
    sound TEXT COLLATE "C" not null,
    initials TEXT COLLATE "C" not null,
    sex TEXT,
    birth TEXT,
    sealed_id BYTEA,
    id_key BYTEA,
    sealed_phone BYTEA,
    phone_key BYTEA,
    phone_tail BYTEA,
    merged_into UUID,
    version BIGINT not null,
    created_at BIGINT not null,
    primary key (county, id)
);
create index person_by_name on person (county, plain, id);
create index person_by_sound on person (county, sound, id);
create index person_by_initials on person (county, initials, id);
create index person_by_phone on person (county, phone_key);
create index person_by_phone_tail on person (county, phone_tail);

-- An ID number is one person's in the whole country: its own directory, sharded by the number's keyed hash.
create table identity (
    id_key BYTEA not null,
    county TEXT not null,
    person UUID not null,
    primary key (id_key)
);

create table household (
    county TEXT not null,
    id UUID not null,
    code TEXT,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    sealed_address BYTEA,
    version BIGINT not null,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id)
);
create index household_by_path on household (county, path);
create index household_by_code on household (county, code);

-- Who lived in which household, and where it stood then: a household that moves begins new rows.
create table residence (
    county TEXT not null,
    id UUID not null,
    person UUID not null,
    household UUID not null,
    relation TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    valid_from BIGINT not null,
    valid_to BIGINT,
    ended TEXT,
    primary key (county, id),
    foreign key (county, person) references person (county, id),
    foreign key (county, household) references household (county, id)
);
create index residence_by_person on residence (county, person, valid_from);
create index residence_by_household on residence (county, household);
create index residence_by_path on residence (county, path, person);

-- Who belongs to which organisation as what. `county` is the person's; the organisation may be its city's.
create table membership (
    county TEXT not null,
    id UUID not null,
    person UUID not null,
    organisation UUID not null,
    path TEXT COLLATE "C" not null,
    kind TEXT not null,
    valid_from BIGINT not null,
    valid_to BIGINT,
    ended TEXT,
    primary key (county, id),
    foreign key (county, person) references person (county, id)
);
create index membership_by_person on membership (county, person, valid_from);
create index membership_by_organisation on membership (organisation, kind);
create index membership_by_path on membership (county, path, person);
