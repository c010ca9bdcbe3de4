//! A folder as 207 Multi-Status: `cargo run --example multistatus`

use std::{fs, io, path::PathBuf};

use axum::{Router, extract::State, routing::any};
use http::{Method, StatusCode};
use statuary::{
    Condition, DavError, Depth, Href, MultiStatus, MultiStatusLayer, Propfind, prop::*,
};

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
        let Ok(Ok(members)) = tokio::task::spawn_blocking(|| members(folder)).await else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into());
        };
        listing.extend(members.into_iter().map(|(name, member)| {
            let answer = match member.is_dir() {
                true => wanted
                    .answer(Href::collection(&name))
                    .prop(ResourceType::COLLECTION),
                false => wanted
                    .answer(Href::path(&name)) // encoded here, once
                    .prop(ResourceType::FILE)
                    .prop(GetContentLength(member.len())),
            };
            answer.prop(DisplayName(&name)) // what else was asked for becomes a 404 propstat
        }));
    }
    Ok(listing)
}

/// What is in the folder. A name that is not UTF-8 is left out here, and told by `examples/drive`.
fn members(folder: PathBuf) -> io::Result<Vec<(String, fs::Metadata)>> {
    let members = fs::read_dir(folder)?.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some((name, entry.metadata().ok()?))
    });
    Ok(members.collect())
}

fn app(folder: PathBuf) -> Router {
    Router::new()
        .route("/", any(propfind))
        .with_state(folder)
        .layer(MultiStatusLayer::new()) // follows `Prefer: return=minimal` and the like
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let app = app(std::env::current_dir()?);
    let listener = tokio::net::TcpListener::bind(listen_address()).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i -X PROPFIND -H 'Depth: 1' {url}");
    axum::serve(listener, app).await
}

/// The address behind `--listen`, or a good one.
fn listen_address() -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--listen");
    arguments.nth(1).unwrap_or_else(|| "127.0.0.1:3000".into())
}
