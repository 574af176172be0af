-- Who else has met the same thing. One row for each browser and matter, so that however many press at once,
-- counting the rows is exact; whoever joined follows by a link of their own.
create table matter_join (
    county TEXT not null,
    matter UUID not null,
    browser BYTEA not null,
    id UUID not null,
    secret BYTEA not null,
    sealed_phone BYTEA,
    language TEXT not null,
    entered_by UUID,
    at BIGINT not null,
    primary key (county, matter, browser),
    unique (county, secret),
    foreign key (county, matter) references matter (county, id)
);

-- Matters that say the same are worked on as one: which is kept. The events of both say when and by whom; a
-- row is gone when they are parted again.
create table matter_merge (
    county TEXT not null,
    matter UUID not null,
    kept UUID not null,
    at BIGINT not null,
    primary key (county, matter),
    foreign key (county, matter) references matter (county, id),
    foreign key (county, kept) references matter (county, id)
);
create index matter_merge_by_kept on matter_merge (county, kept);

-- What a county's own closed matters taught about categories, each learning a version of its own.
create table word_model (
    county TEXT not null,
    version BIGINT not null,
    trained_at BIGINT not null,
    examples BIGINT not null,
    told_right BIGINT not null,
    told TEXT not null,
    body TEXT not null,
    primary key (county, version)
);

-- What is shown instead of words that were hidden afterwards: of the matter itself (`part` is `text` or
-- `place`) or of an event (`part` is its id). The words as they were stay sealed, or are erased for good.
create table hidden_words (
    county TEXT not null,
    matter UUID not null,
    part TEXT not null,
    shown TEXT not null,
    sealed BYTEA,
    hidden_by TEXT not null,
    reason TEXT not null,
    at BIGINT not null,
    primary key (county, matter, part),
    foreign key (county, matter) references matter (county, id)
);
