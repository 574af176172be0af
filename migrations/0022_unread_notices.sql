-- How many notices somebody has not looked at is asked with every page they open; most have looked at most.
create index notice_unread on notice (county, account) where read_at is null;
