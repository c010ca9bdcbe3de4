//! What changed in a collection since a client last asked (RFC 6578): `cargo run --example report`

use std::io;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Router, handler::Handler, routing::any};
use http::StatusCode;
use statuary::{
    Condition, DavError, Href, MultiStatus, MultiStatusLayer, Propfind, dav::SyncToken, prop,
    request::report::SyncCollection, xml::Name,
};

/// What happened in the collection, oldest first: a name, and its revision, or `None` if removed.
type Journal = &'static [(&'static str, Option<&'static str>)];

const JOURNAL: Journal = &[
    ("bread.txt", Some("1")),
    ("milk.txt", Some("1")),
    ("bread.txt", Some("2")),
    ("milk.txt", None),
];

const ALL_SO_FAR: &str = "<sync-collection xmlns=\"DAV:\"><sync-token/>\
    <sync-level>1</sync-level><prop><getetag/></prop></sync-collection>";

async fn dispatch(State(journal): State<Journal>, request: Request) -> Response {
    let allow = [("allow", "PROPFIND, REPORT")];
    match request.method().as_str() {
        "PROPFIND" => Handler::call(propfind, request, ()).await,
        "REPORT" => Handler::call(report, request, journal).await, // 403 for any other report
        _ => (StatusCode::METHOD_NOT_ALLOWED, allow).into_response(),
    }
}

/// Says which reports are supported, before a client asks for one.
async fn propfind(wanted: Propfind) -> MultiStatus {
    let reports = prop::SupportedReportSet(&[Name::dav("sync-collection")]);
    MultiStatus::from_iter([wanted.answer(Href::collection("/")).prop_by_name(reports)])
}

/// A token is a URI that ends with the number of journal lines that the client has seen.
async fn report(journal: State<Journal>, report: SyncCollection) -> Result<MultiStatus, DavError> {
    let seen = report.token().map_or("urn:x-list:0", SyncToken::as_str);
    let seen = seen
        .strip_prefix("urn:x-list:")
        .and_then(|seen| seen.parse().ok().filter(|&seen| journal.len() >= seen))
        .ok_or(Condition::ValidSyncToken)?;
    // Each line is at most one change. The client asks for the rest with the token of this place.
    let end = seen.saturating_add(report.limit().unwrap_or(usize::MAX));
    let (journal, later) = journal.split_at(end.min(journal.len()));
    let token = SyncToken::new(&format!("urn:x-list:{}", journal.len()))?;
    let mut changes = report.outcome(Href::collection("/"), token);
    for (name, revision) in &journal[seen..] {
        let href = Href::path(name);
        match revision.map(prop::GetEtag::strong).transpose()? {
            Some(etag) => changes.changed(report.wanted().answer(href).prop(etag)),
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
    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -X REPORT -H 'Content-Type: application/xml' {url} -d '{ALL_SO_FAR}'");
    let app = Router::new().route("/", any(dispatch)).with_state(JOURNAL);
    axum::serve(listener, app.layer(MultiStatusLayer::new())).await
}
