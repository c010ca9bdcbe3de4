//! What changed in a collection since a client asked last (RFC 6578): `cargo run --example report`

use std::{env, io};

use axum::{Router, extract::State, routing::any};
use http::{Method, StatusCode};
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusLayer,
    dav::SyncToken,
    prop::GetEtag,
    request::report::{Report, SyncCollection},
};
use tokio::net::TcpListener;

/// What happened in the collection, the oldest first: a name, and its revision or that it is gone.
type Journal = &'static [(&'static str, Option<&'static str>)];

const JOURNAL: Journal = &[
    ("bread.txt", Some("1")),
    ("milk.txt", Some("1")),
    ("bread.txt", Some("2")),
    ("milk.txt", None),
];

const ALL_SO_FAR: &str = "<sync-collection xmlns=\"DAV:\"><sync-token/>\
    <sync-level>1</sync-level><prop><getetag/></prop></sync-collection>";

async fn report(
    method: Method,
    State(journal): State<Journal>,
    report: Report,
) -> Result<MultiStatus, DavError> {
    match (method.as_str(), report) {
        ("REPORT", Report::SyncCollection(report)) => changes(journal, &report),
        ("REPORT", _) => Err(Condition::SupportedReport.into()), // 403, and why
        _ => Err(StatusCode::NOT_IMPLEMENTED.into()),
    }
}

/// A token is a URI that ends with how much of the journal a client has seen.
fn changes(journal: Journal, report: &SyncCollection) -> Result<MultiStatus, DavError> {
    let seen = report.token().unwrap_or("urn:x-list:0");
    let seen = seen
        .strip_prefix("urn:x-list:")
        .and_then(|seen| seen.parse().ok().filter(|&seen| journal.len() >= seen))
        .ok_or(Condition::ValidSyncToken)?;
    // Each line is at most one change. What is later is asked for with the token of this place.
    let end = seen.saturating_add(report.limit().unwrap_or(usize::MAX));
    let (journal, later) = journal.split_at(end.min(journal.len()));
    let token = SyncToken::new(&format!("urn:x-list:{}", journal.len()))?;
    let mut changes = report.outcome(Href::collection("/"), token);
    for (name, revision) in &journal[seen..] {
        let href = Href::path(name);
        match revision {
            Some(revision) => {
                let etag = GetEtag::strong(*revision)?;
                changes.changed(report.wanted().answer(href).prop(etag));
            }
            None => changes.removed(href),
        }
    }
    if !later.is_empty() {
        changes = changes.truncated();
    }
    Ok(changes.into())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = env::args().skip_while(|it| it != "--listen").nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:3000")).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -X REPORT -H 'Content-Type: application/xml' {url} -d '{ALL_SO_FAR}'");
    let app = Router::new().route("/", any(report)).with_state(JOURNAL);
    axum::serve(listener, app.layer(MultiStatusLayer::new())).await
}
