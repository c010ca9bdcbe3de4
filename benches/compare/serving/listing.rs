//! Listings, beside the same documents kept ready, as a whole and in chunks, whose length nobody is told.
//!
//! All of them walk over the same listings, one for each request: so what is written has to be found first,
//! and what is ready comes from where the caches end, as it does in a server that is asked for more than
//! one thing. The documents that are copied are what nobody can be faster than who has a place of his own
//! for each answer.

use std::{
    convert::Infallible,
    iter,
    ops::RangeInclusive,
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::any,
};
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

/// How many resources are in all the listings: their documents have 27 MB.
const WALKED: usize = 30_000;

/// Things that are taken one after the other, and again from the first.
struct Round<T> {
    all: Vec<T>,
    next: AtomicUsize,
}

/// All contenders.
///
/// # Panics
///
/// If there is no loopback.
pub fn all(pool: Pool, count: usize) -> Vec<Task> {
    let listings = listings(pool, count);
    let documents = documents(&listings);
    let lengths = lengths(&documents);
    let address = serve(router(&listings, &documents));
    let task = |name, path| {
        let request = format!("PROPFIND {path} HTTP/1.1\r\nhost: localhost\r\ndepth: 1\r\n\r\n");
        task(name, address, &request, lengths.clone())
    };
    vec![
        task(BASE, "/ready"),
        task("ready-made bytes, copied", "/copied"),
        task("ready-made chunks", "/chunks"),
        task("statuary, in place", "/whole"),
        task("statuary, owned", "/owned"),
        task("statuary, streamed", "/streamed"),
    ]
}

/// How long an answer is, on the average.
pub fn length(pool: Pool, count: usize) -> usize {
    let documents = documents(&listings(pool, count));
    documents.iter().map(Bytes::len).sum::<usize>() / documents.len()
}

// === helpers ===

fn listings(pool: Pool, count: usize) -> Vec<&'static [Entry]> {
    let mut windows = pool.windows(count);
    iter::repeat_with(|| windows.advance())
        .take((WALKED / count).max(1))
        .collect()
}

fn documents(listings: &[&[Entry]]) -> Vec<Bytes> {
    let documents = listings.iter().map(|entries| whole(entries).to_string());
    documents.map(Bytes::from).collect()
}

fn lengths(documents: &[Bytes]) -> RangeInclusive<usize> {
    let lengths = || documents.iter().map(Bytes::len);
    lengths().min().unwrap_or_default()..=lengths().max().unwrap_or_default()
}

fn router(listings: &[&'static [Entry]], documents: &[Bytes]) -> Router {
    let [whole_of, owned_of, streamed_of] = [(); 3].map(|()| Round::leak(listings));
    let [ready, copied, chunks] = [(); 3].map(|()| Round::leak(documents));
    Router::new()
        .route("/ready", any(async || found(ready.next())))
        .route(
            "/copied",
            any(async || found(Bytes::copy_from_slice(&copied.next()))),
        )
        .route("/chunks", any(async || found(in_chunks(chunks.next()))))
        .route("/whole", any(async || whole(whole_of.next())))
        .route(
            "/owned",
            any(async || {
                let resources = owned_of.next().iter().map(workload::resource);
                resources.collect::<MultiStatus>()
            }),
        )
        .route("/streamed", any(async || streamed(streamed_of.next())))
}

fn found(body: impl IntoResponse) -> Response {
    let xml = [(CONTENT_TYPE, "application/xml; charset=utf-8")];
    (StatusCode::MULTI_STATUS, xml, body).into_response()
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

// === impl Round ===

impl<T: Clone> Round<T> {
    fn leak(all: &[T]) -> &'static Self {
        Box::leak(Box::new(Self {
            all: all.to_vec(),
            next: AtomicUsize::new(0),
        }))
    }

    fn next(&self) -> T {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.all[turn % self.all.len()].clone()
    }
}
