-- Who is told what: events whose people have yet to be worked out, what people are told within the program,
-- letters that leave it, what each person chose, and the plates that places carry.

-- Written in the transaction of the event itself; gone once everybody concerned has their notice or letter.
create table to_tell (
    county TEXT not null,
    event UUID not null,
    matter UUID not null,
    seq BIGINT not null,
    at BIGINT not null,
    primary key (county, event)
);
create index to_tell_by_time on to_tell (at);

-- When whoever has a matter is reminded of what is due; only matters with something due have a row.
create table reminder (
    county TEXT not null,
    matter UUID not null,
    remind_at BIGINT not null,
    due BIGINT not null,
    primary key (county, matter)
);
create index reminder_by_time on reminder (remind_at);
insert into reminder (county, matter, remind_at, due)
select county, id, due - 3600000000, due from matter where status in ('dispatched', 'accepted') and due is not null;

-- One thing one person is told within the program. `county` is the account's, the matter may lie elsewhere.
create table notice (
    county TEXT not null,
    account UUID not null,
    event UUID not null,
    kind TEXT not null,
    matter_county TEXT not null,
    matter UUID not null,
    at BIGINT not null,
    read_at BIGINT,
    primary key (county, account, event),
    foreign key (county, account) references account (county, id)
);
create index notice_by_time on notice (county, account, at);

-- One thing one person is told outside of it, by one channel: the key is what keeps it from being sent twice.
-- Letters that leave together share a `message`, which stays the same when it is sent again.
create table letter (
    county TEXT not null,
    destination UUID not null,
    event UUID not null,
    channel TEXT not null,
    holder TEXT not null,
    holder_id UUID not null,
    kind TEXT not null,
    matter_county TEXT not null,
    matter UUID not null,
    path TEXT COLLATE "C" not null,
    language TEXT not null,
    urgent BOOLEAN not null,
    at BIGINT not null,
    due_at BIGINT not null,
    expires_at BIGINT not null,
    message UUID,
    attempts BIGINT not null,
    leased_until BIGINT,
    state TEXT not null,
    why TEXT,
    done_at BIGINT,
    primary key (county, destination, event, channel)
);
create index letter_by_due on letter (state, due_at);
create index letter_by_message on letter (county, message);

-- How a member of staff wants to be told; no row: as the program suggests.
create table told_choice (
    county TEXT not null,
    account UUID not null,
    ways TEXT not null,
    sealed_email BYTEA,
    sealed_phone BYTEA,
    quiet_from BIGINT not null,
    quiet_to BIGINT not null,
    wait_minutes BIGINT not null,
    language TEXT not null,
    primary key (county, account),
    foreign key (county, account) references account (county, id)
);

-- A browser that agreed to be told: a person's device, or the reporter's of one matter. Sealed: its address
-- is a way to reach somebody.
create table push_device (
    county TEXT not null,
    id UUID not null,
    holder TEXT not null,
    holder_id UUID not null,
    endpoint BYTEA not null,
    sealed BYTEA not null,
    made_at BIGINT not null,
    primary key (county, id),
    unique (county, holder, holder_id, endpoint)
);

-- A secret address under which a person's feed reader or calendar asks; it opens nothing else.
create table feed_key (
    county TEXT not null,
    id UUID not null,
    account UUID not null,
    token BYTEA not null,
    made_at BIGINT not null,
    used_at BIGINT,
    revoked_at BIGINT,
    primary key (county, id),
    unique (county, token),
    foreign key (county, account) references account (county, id)
);
create index feed_key_by_account on feed_key (county, account);

-- A plate on a wall. Its code is random, so that nobody guesses a place's; a replaced or revoked one stays.
create table plate (
    county TEXT not null,
    id UUID not null,
    code TEXT not null,
    area TEXT not null,
    organisation UUID,
    path TEXT COLLATE "C" not null,
    name TEXT not null,
    made_at BIGINT not null,
    made_by TEXT not null,
    ended_at BIGINT,
    ended_by TEXT,
    reason TEXT,
    replaced_by UUID,
    primary key (county, id),
    unique (county, code)
);
create index plate_by_path on plate (county, path);
