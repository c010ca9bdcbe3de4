//! A folder as 207 Multi-Status: `cargo run --example multistatus`

use std::{env, fs, io, path::PathBuf};

use axum::{Router, extract::State};
use statuary::{Depth, Href, MultiStatus, MultiStatusLayer, Propfind, prop};
use tokio::net::TcpListener;

/// Answers PROPFIND about a folder and the files in it.
async fn propfind(State(folder): State<PathBuf>, depth: Depth, wanted: Propfind) -> MultiStatus {
    let root = wanted
        .answer(Href::collection("/"))
        .prop(prop::ResourceType::COLLECTION);
    let mut listing = MultiStatus::from_iter([root]);
    if depth != Depth::Zero {
        listing.extend(files(folder).map(|(name, file)| {
            wanted
                .answer(Href::path(&name)) // percent-encoded here, once
                .prop(prop::Displayname(&name))
                .prop(prop::GetContentLength(file.len()))
                .prop(prop::ResourceType::FILE) // what else was asked for becomes a 404 propstat
        }));
    }
    listing
}

fn files(folder: PathBuf) -> impl Iterator<Item = (String, fs::Metadata)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let file = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((entry.file_name().to_string_lossy().into_owned(), file))
    })
}

fn app(folder: PathBuf) -> Router {
    Router::new()
        .fallback(propfind)
        .with_state(folder)
        .layer(MultiStatusLayer::new()) // follows `Prefer: return=minimal` and the like
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind(listen_address()).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    println!("  curl -i -X PROPFIND -H 'Depth: 1' {url}");
    axum::serve(listener, app(env::current_dir()?)).await
}

/// The address behind `--listen`, or a good one.
fn listen_address() -> String {
    let mut arguments = env::args().skip_while(|argument| argument != "--listen");
    arguments
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned())
}
