//! What requests carry: the bodies beyond PROPFIND and PROPPATCH, and the headers of locks.

#![cfg(test)]

mod if_header;
mod lock_headers;
