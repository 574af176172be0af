//! A matter's life through the actions, on both engines.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

mod city;
mod clock;
mod diagram;
mod disputes;
mod doors;
mod enterprises;
mod exclusions;
mod field;
mod hidden;
mod journeys;
mod limits;
mod lists;
mod many;
mod patrols;
mod personal;
mod phone;
mod place;
mod races;
mod refusals;
mod reminders;
mod reporting;
mod retention;
mod rights;
mod sources;
mod spoken;
mod strangers;
mod sweep;
mod tampering;
mod told;
mod twins;
mod views;
mod walks;
mod whistle;
mod words;
