-- The audit trail holds a salted hash of every word an event brought. The salts stand here, one for each
-- word, as JSON: whoever lawfully erases a word takes its salt with it, and the hash then tells nothing.
alter table matter_event add column salts TEXT;
