//! A listing, beside the same bytes kept ready, as a whole and in chunks, whose length nobody is told.

use std::{convert::Infallible, iter};

use axum::{Router, body::Body, response::IntoResponse, routing::any};
use bytes::Bytes;
use futures_util::stream;
use http::{StatusCode, header::CONTENT_TYPE};
use statuary::{MultiStatus, MultiStatusStream};

use super::{serve, task};
use crate::{
    harness::{Task, finish},
    pool::Pool,
    workload::{self, Entry},
    writers::write,
};

/// What the others are measured by.
pub const BASE: &str = "ready-made bytes";

/// How long the chunks are: as long as ours.
const CHUNK: usize = 64 * 1024;

/// All contenders.
///
/// # Panics
///
/// If there is no loopback.
pub fn all(pool: Pool, count: usize) -> Vec<Task> {
    let entries = pool.windows(count).advance();
    let address = serve(router(entries));
    let task = |name, path| {
        let request = format!("PROPFIND {path} HTTP/1.1\r\nhost: localhost\r\ndepth: 1\r\n\r\n");
        task(name, address, &request)
    };
    vec![
        task(BASE, "/ready"),
        task("ready-made chunks", "/chunks"),
        task("statuary, in place", "/whole"),
        task("statuary, owned", "/owned"),
        task("statuary, streamed", "/streamed"),
    ]
}

/// How long an answer is.
pub fn length(pool: Pool, count: usize) -> usize {
    whole(pool.windows(count).advance()).to_string().len()
}

// === helpers ===

fn router(entries: &'static [Entry]) -> Router {
    let ready = Bytes::from(whole(entries).to_string());
    let chunks = ready.clone();
    let xml = || [(CONTENT_TYPE, "application/xml; charset=utf-8")];
    Router::new()
        .route(
            "/ready",
            any(async move || (StatusCode::MULTI_STATUS, xml(), ready).into_response()),
        )
        .route(
            "/chunks",
            any(async move || (StatusCode::MULTI_STATUS, xml(), in_chunks(chunks)).into_response()),
        )
        .route("/whole", any(async move || whole(entries)))
        .route(
            "/owned",
            any(async move || {
                entries
                    .iter()
                    .map(workload::resource)
                    .collect::<MultiStatus>()
            }),
        )
        .route("/streamed", any(async move || streamed(entries)))
}

fn in_chunks(mut rest: Bytes) -> Body {
    let chunks = iter::from_fn(move || {
        let length = rest.len().min(CHUNK);
        (length > 0).then(|| Ok::<_, Infallible>(rest.split_to(length)))
    });
    Body::from_stream(stream::iter(chunks))
}

fn whole(entries: &[Entry]) -> MultiStatus {
    let mut answer = MultiStatus::new();
    for entry in entries {
        write(&mut answer, entry);
    }
    answer
}

fn streamed(entries: &'static [Entry]) -> MultiStatusStream {
    let mut entries = entries.iter();
    let begin = MultiStatusStream::from_fn(move |answer| {
        let Some(entry) = entries.next() else {
            return Ok(false);
        };
        write(answer, entry);
        Ok::<_, Infallible>(true)
    });
    let Ok(stream) = finish(begin);
    stream
}
