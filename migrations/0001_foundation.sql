-- Accounts, posts, the audit trail and files. See docs/data.md for what each column means.
-- `county` leads every key, so that a sharded database needs no change.

create table account (
    county TEXT not null,
    id UUID not null,
    login TEXT not null,
    name TEXT not null,
    password TEXT not null,
    totp BYTEA,
    totp_step BIGINT,
    failures BIGINT not null,
    locked_until BIGINT,
    disabled_at BIGINT,
    language TEXT not null,
    created_at BIGINT not null,
    primary key (county, id)
);

-- A login is unique over all counties: its own directory, sharded by the login itself.
create table login (
    login TEXT not null,
    county TEXT not null,
    account UUID not null,
    primary key (login)
);

create table session (
    county TEXT not null,
    token BYTEA not null,
    account UUID not null,
    created_at BIGINT not null,
    seen_at BIGINT not null,
    expires_at BIGINT not null,
    primary key (county, token),
    foreign key (county, account) references account (county, id)
);
create index session_by_account on session (county, account);

create table access_token (
    county TEXT not null,
    id UUID not null,
    account UUID not null,
    name TEXT not null,
    token BYTEA not null,
    created_at BIGINT not null,
    expires_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT,
    primary key (county, id),
    unique (county, token),
    foreign key (county, account) references account (county, id)
);

-- A post belongs to its account's county; the place it is over may lie anywhere.
create table post (
    county TEXT not null,
    id UUID not null,
    account UUID not null,
    role TEXT not null,
    area TEXT not null,
    path TEXT COLLATE "C" not null,
    organisation UUID,
    valid_from BIGINT not null,
    valid_to BIGINT,
    primary key (county, id),
    foreign key (county, account) references account (county, id)
);
create index post_by_account on post (county, account);
create index post_by_path on post (county, path);

create table audit_head (
    county TEXT not null,
    seq BIGINT not null,
    hash BYTEA not null,
    primary key (county)
);

create table audit (
    county TEXT not null,
    seq BIGINT not null,
    at BIGINT not null,
    actor UUID,
    actor_name TEXT not null,
    action TEXT not null,
    subject_kind TEXT not null,
    subject TEXT not null,
    reason TEXT,
    detail TEXT not null,
    hash BYTEA not null,
    primary key (county, seq)
);
create index audit_by_subject on audit (county, subject, seq);

create table file (
    county TEXT not null,
    id UUID not null,
    subject_kind TEXT not null,
    subject UUID not null,
    width BIGINT not null,
    height BIGINT not null,
    bytes BIGINT not null,
    sha256 BYTEA not null,
    created_at BIGINT not null,
    primary key (county, id)
);
create index file_by_subject on file (county, subject);
