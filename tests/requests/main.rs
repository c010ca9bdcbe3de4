//! What requests carry: the bodies beyond PROPFIND and PROPPATCH, and the headers of locks.

#![cfg(test)]

#[cfg(feature = "axum")]
mod extractors;
mod if_header;
mod if_match;
mod lock_headers;
mod lock_info;
mod mkcol;
mod report;
mod round_trip;
mod search;
mod support;
