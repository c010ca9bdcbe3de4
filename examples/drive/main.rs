//! A WebDAV drive of a real folder, with a collection that has to be paid for.
//!
//! ```sh
//! cargo run --release --example drive -- [--listen ADDR] [--root DIR]
//! ```
//!
//! `/` is everybody's; `/premium/` is for subscribers. Four people are known, each with the name as
//! the password: `alice` has paid, `carol` is late and in her grace period, the subscription of
//! `bob` has expired, and `dave` never had one.
//!
//! A request passes, from the outside in: [`target::locate`], which reads its paths; the
//! [paywall](paid); statuary's own layer, which adapts each 207 to its request; and
//! [`methods::dispatch`], which finds the handler.

mod account;
mod change;
mod conditions;
mod fault;
mod files;
mod methods;
mod namespace;
mod options;
mod page;
mod paid;
mod properties;
mod propfind;
mod proppatch;
mod sample;
mod target;
mod tree;

use std::{
    error::Error,
    future,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::{Extension, Router, middleware, serve::ListenerExt};
use statuary::MultiStatusLayer;
use tokio::{net::TcpListener, signal, time};

use crate::{options::Options, tree::Tree};

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::from_env() {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("drive: {wrong}");
            return ExitCode::from(2);
        }
    };
    let served = match &options.root {
        Some(root) => serve(&options, root).await,
        None => serve_sample(&options).await,
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("drive: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The drive as a service.
fn drive(tree: Tree) -> Router {
    let paywall = paid::paywall();
    Router::new()
        .fallback(methods::dispatch)
        .with_state(Arc::new(tree))
        .layer(MultiStatusLayer::new())
        .layer(Extension(paywall.members()))
        .layer(paywall)
        .layer(middleware::from_fn(target::locate))
}

async fn serve_sample(options: &Options) -> Result<(), Box<dyn Error>> {
    let sample = sample::tree()?;
    serve(options, sample.path()).await?;
    Ok(sample.close()?)
}

/// Serves a folder until it is told to stop.
async fn serve(options: &Options, root: &Path) -> Result<(), Box<dyn Error>> {
    let tree =
        Tree::new(root).map_err(|error| format!("cannot serve {}: {error}", root.display()))?;
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let url = format!("http://{}/", listener.local_addr()?);
    // The process that started the drive may have closed its end of the pipe.
    let mut stdout = io::stdout();
    let said = writeln!(stdout, "listening on {url}");
    if options.root.is_none() {
        said.and_then(|()| stdout.write_all(sample::hints(&url, root).as_bytes()))
            .unwrap_or_default();
    }

    // Answers are small and many: none of them should wait for another to fill a packet.
    let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap_or_default());
    let server = axum::serve(listener, drive(tree)).with_graceful_shutdown(stop());
    tokio::select! {
        served = server => Ok(served?),
        () = async { stop().await; time::sleep(PATIENCE).await } => Ok(()),
    }
}

/// Waits for ctrl-c or SIGTERM.
async fn stop() {
    let interrupt = async { signal::ctrl_c().await.unwrap_or_default() };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        _ = terminate => {}
    }
}

/// How long requests under way may take once the drive is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);
