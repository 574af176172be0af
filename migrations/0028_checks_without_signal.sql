-- Checks on the ground, further: what phones without signal send, movers within the county, and lists read in parts.

-- What a phone sent about a visit, under the id it made: sent again, it is found. Removed with its campaign.
create table visit_entry (
    county TEXT not null,
    id UUID not null,
    campaign UUID not null,
    visit UUID not null,
    sent_at BIGINT not null,
    primary key (county, id)
);
create index visit_entry_by_campaign on visit_entry (county, campaign);

-- What to know before knocking, as whoever was there last noted it, sealed.
alter table visit add column sealed_note BYTEA;

-- When a clerk decided at the desk what a line asked at a door; taking the decision back lets it ask again.
alter table visit_line add column rests_at BIGINT;

-- Who reads a list's lines just now, and when they last said so.
alter table roll add column reading UUID;
alter table roll add column reading_at BIGINT;

-- Whether the person found is registered in another place of the county than the line names.
alter table roll_match add column away BOOLEAN not null default false;

-- The home that ended when a finding moved somebody here, and the one that began: what taking it back restores.
alter table visit_question add column home_before UUID;
alter table visit_question add column home_since UUID;
