//! What requests carry, in their bodies and in their headers.

#![cfg(test)]

mod by_hand;
#[cfg(feature = "axum")]
mod extractors;
mod headers;
mod if_header;
mod if_match;
mod lock_headers;
mod lock_info;
mod mkcol;
mod property_update;
mod propfind;
mod rejections;
mod report;
mod round_trip;
mod search;
mod support;
mod target;
