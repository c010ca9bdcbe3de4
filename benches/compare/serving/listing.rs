//! A listing, beside the same bytes kept ready.

use std::convert::Infallible;

use axum::{Router, response::IntoResponse, routing::any};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
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
    let xml = [(CONTENT_TYPE, "application/xml; charset=utf-8")];
    Router::new()
        .route(
            "/ready",
            any(async move || (http::StatusCode::MULTI_STATUS, xml, ready).into_response()),
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
