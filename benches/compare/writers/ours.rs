//! This crate, through its public interface.

use std::pin::pin;

use http_body::Body;
use statuary::MultiStatus;

use super::{Sink, Writer};
use crate::{
    harness::finish,
    workload::{self, Entry},
};

pub fn all() -> Vec<Writer> {
    vec![Writer::fresh("statuary, owned", owned)]
}

/// Owned resources are collected, and the response's body is read to its end.
pub(super) fn owned(entries: &'static [Entry], sink: Sink<'_>) {
    let answer: MultiStatus = entries.iter().map(workload::resource).collect();
    let mut body = pin!(answer.into_http().into_body());
    while let Some(Ok(frame)) = finish(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx))) {
        sink(frame.data_ref().expect("data"));
    }
}
