//! A folder as 207 Multi-Status: `cargo run --example multistatus`

use std::{env, fs, io, path::PathBuf};

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode},
    routing::any,
};
use statuary::{
    Condition, DavError, Depth, Href, MultiStatus, MultiStatusLayer, Propfind, prop::*,
};
use tokio::net::TcpListener;

/// Answers PROPFIND about a folder and what is in it.
async fn propfind(
    method: Method,
    State(folder): State<PathBuf>,
    depth: Depth,
    wanted: Propfind,
) -> Result<MultiStatus, DavError> {
    if method.as_str() != "PROPFIND" {
        return Err(StatusCode::NOT_IMPLEMENTED.into());
    }
    if depth == Depth::Infinity {
        return Err(Condition::PropfindFiniteDepth.into()); // 403, and why
    }
    let root = wanted
        .answer(Href::collection("/"))
        .prop(ResourceType::COLLECTION);
    let mut listing = MultiStatus::from_iter([root]);
    if depth == Depth::One {
        listing.extend(members(folder).map(|(name, member)| {
            let (href, kind) = match member.is_dir() {
                true => (Href::collection(&name), ResourceType::COLLECTION),
                false => (Href::path(&name), ResourceType::FILE), // encoded here, once
            };
            wanted
                .answer(href)
                .prop(Displayname(&String::from_utf8_lossy(&name)))
                .prop(GetContentLength(member.len()))
                .prop(kind) // what else was asked for becomes a 404 propstat
        }));
    }
    Ok(listing)
}

fn members(folder: PathBuf) -> impl Iterator<Item = (Vec<u8>, fs::Metadata)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().into_encoded_bytes();
        Some((name, entry.metadata().ok()?))
    })
}

fn app(folder: PathBuf) -> Router {
    Router::new()
        .route("/", any(propfind))
        .with_state(folder)
        .layer(MultiStatusLayer::new()) // follows `Prefer: return=minimal` and the like
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind(listen_address()).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i -X PROPFIND -H 'Depth: 1' {url}");
    axum::serve(listener, app(env::current_dir()?)).await
}

/// The address behind `--listen`, or a good one.
fn listen_address() -> String {
    let mut arguments = env::args().skip_while(|argument| argument != "--listen");
    arguments
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned())
}
