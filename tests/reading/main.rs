//! Documents and multistatus bodies that come in.

#![cfg(test)]

mod corpus;
mod default_namespace;
mod element;
mod events;
mod experience;
mod floods;
mod hostile;
mod limits;
mod memory;
mod oracle;
mod pages;
mod responses;
mod stream;
mod syntax;
mod targets;
