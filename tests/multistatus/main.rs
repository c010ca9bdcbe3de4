//! The 207 wing from outside: what is written is what was given, and what the RFCs ask for.

#![cfg(test)]

mod allocations;
#[path = "../common/any_text.rs"]
mod any_text;
mod bodies;
mod conditions;
mod documents;
mod elements;
mod grammar;
mod hrefs;
mod infoset;
mod layer;
mod members;
mod namespaces;
mod once;
mod outcome;
mod properties;
mod propfind;
mod rfc4918;
mod rows;
mod source;
mod statuses;
mod stream;
mod unique;
mod values;
mod wire;
mod writing;
mod written_ahead;
