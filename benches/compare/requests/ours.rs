//! This crate, through its public interface.

use std::hint::black_box;

use statuary::{
    request::{LockInfo, PropertyUpdate, Propfind},
    xml::Limits,
};

use super::{Request, Requests};

pub const REQUESTS: Requests = Requests {
    name: "statuary",
    note: "",
    read: |request, body| {
        let limits = Limits::request();
        match request {
            Request::LockInfo => {
                let lock = LockInfo::parse(body, &limits).expect("a lockinfo");
                // Without a scope and a type it would be none.
                2 + usize::from(black_box(&lock).owner().is_some())
            }
            Request::PropertyUpdate => {
                let update = PropertyUpdate::parse(body, &limits).expect("a propertyupdate");
                black_box(&update).instructions().len()
            }
            Request::Propfind => {
                let wanted = Propfind::parse(body, &limits).expect("a propfind");
                match black_box(&wanted) {
                    Propfind::Prop(names) => names.len(),
                    _ => 0,
                }
            }
        }
    },
};
