//! The reading half: documents, request bodies, headers and multistatus bodies.

#![cfg(test)]

mod corpus;
mod default_namespace;
mod element;
mod events;
mod experience;
#[cfg(feature = "axum")]
mod extractors;
mod floods;
mod headers;
mod hostile;
mod limits;
mod memory;
mod oracle;
mod pages;
mod rejections;
mod requests;
mod responses;
mod stream;
mod syntax;
mod targets;
