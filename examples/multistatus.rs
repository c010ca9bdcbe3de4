//! A folder as 207 Multi-Status: `cargo run --example multistatus`

use std::{fs, io, path::PathBuf};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Router, handler::Handler, routing::any};
use http::StatusCode;
use statuary::{Condition, DavError, Depth, Href, MultiStatus, MultiStatusLayer, Propfind, prop};

/// Finds the handler of a method; axum's own routing ends with the methods of HTTP.
async fn dispatch(State(folder): State<PathBuf>, request: Request) -> Response {
    const OPTIONS: [(&str, &str); 2] = [("dav", "1"), ("allow", "OPTIONS, PROPFIND")];
    match request.method().as_str() {
        "OPTIONS" => OPTIONS.into_response(), // what clients ask first
        "PROPFIND" => Handler::call(propfind, request, folder).await,
        _ => (StatusCode::METHOD_NOT_ALLOWED, OPTIONS).into_response(),
    }
}

/// Lists a folder and what is in it. Anything else that was asked for becomes a 404 propstat.
async fn propfind(
    State(folder): State<PathBuf>,
    depth: Depth,
    wanted: Propfind,
) -> Result<MultiStatus, DavError> {
    if depth == Depth::Infinity {
        return Err(Condition::PropfindFiniteDepth.into()); // 403, and why
    }
    let root = Href::collection("/");
    let answer = wanted.answer(root.borrowed());
    let mut listing = MultiStatus::from_iter([answer.prop(prop::ResourceType::COLLECTION)]);
    if depth == Depth::One {
        let Ok(Ok(members)) = tokio::task::spawn_blocking(|| members(folder)).await else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into());
        };
        for (name, member) in members {
            let href = root.member(&name)?; // encoded here, once
            let answer = if member.is_dir() {
                let folder = wanted.answer(href.into_collection());
                folder.prop(prop::ResourceType::COLLECTION)
            } else {
                let file = wanted.answer(href).prop(prop::ResourceType::FILE);
                file.prop(prop::GetContentLength(member.len()))
            };
            let modified = member.modified().ok().map(prop::GetLastModified);
            listing.push(answer.row(&(prop::DisplayName(&name), modified)));
        }
    }
    Ok(listing)
}

/// What is in the folder. A name that is not UTF-8 is left out here; `examples/drive` lists it.
fn members(folder: PathBuf) -> io::Result<Vec<(String, fs::Metadata)>> {
    let members = fs::read_dir(folder)?.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some((name, entry.metadata().ok()?))
    });
    Ok(members.collect())
}

fn app(folder: PathBuf) -> Router {
    Router::new()
        .route("/", any(dispatch))
        .with_state(folder)
        .layer(MultiStatusLayer::new()) // follows `Prefer: return=minimal` and the like
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let app = app(std::env::current_dir()?);
    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i -X PROPFIND -H 'Depth: 1' {url}");
    axum::serve(listener, app).await
}
