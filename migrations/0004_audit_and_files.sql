-- A day of the audit trail is found without reading the years after it, and a photo's row without
-- knowing whose county it is: the sweep for photos that belong to nothing has only their ids.
create index audit_by_time on audit (county, at);
create index file_by_id on file (id);
