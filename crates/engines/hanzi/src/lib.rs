//! Chinese words as residents write them: do two short reports say the same, what are they about, and what in
//! them is nobody else's business.
//!
//! - [`normal`]: full-width, traditional and variant characters brought to one form;
//! - [`words`]: the words of the field with their synonyms, from `data/words.txt`;
//! - [`twins`]: how likely two reports speak of the same thing, by words, place, category and time;
//! - [`classify`]: which category words belong to, learned from examples, with a probability that can be believed;
//! - [`personal`]: telephone numbers, ID numbers, plates, names and doors in a text, and the text without them;
//! - [`measure`]: precision and recall of twins on `data/reports.tsv`, which this house wrote and labelled.
//!
//! A library without I/O, clock or randomness: the same question has the same answer everywhere.

pub mod classify;
pub mod measure;
pub mod normal;
pub mod personal;
pub mod twins;
pub mod words;
