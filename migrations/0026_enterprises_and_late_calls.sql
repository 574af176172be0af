-- An enterprise's problem (企业诉求): whose it is. Residents' matters have none, and sums of figures are of residents alone.
alter table matter add column enterprise UUID;
create index matter_by_enterprise on matter (county, enterprise, created_at, id) where enterprise is not null;

-- When a called unit was reminded, and when the supervisors were told that it is late: each once. Calls from before this
-- have waited without; those that are awaited are told about from now on.
alter table whistle_call add column reminded_at BIGINT;
alter table whistle_call add column late_told_at BIGINT;
create index whistle_call_awaited on whistle_call (due) where arrived_at is null and ended_at is null;
