//! The 207 wing from outside: what is written is what was given, and what the RFCs ask for.

#![cfg(test)]

mod allocations;
mod bodies;
mod conditions;
mod documents;
mod infoset;
mod layer;
mod members;
mod outcome;
mod properties;
mod rfc4918;
mod stream;
mod unique;
mod writing;
