//! Both statuses without axum, on hyper alone: `cargo run --example hyper`

use std::{convert::Infallible, io};

use http::{Request, Response, header::HeaderName};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use statuary::{
    Decision, Grant, Href, MultiStatus, MultiStatusLayer, PaywallLayer, Reason, Resource,
    Unidentified, prop, reply::DavBody, subscription::check_fn,
};
use tower::{ServiceBuilder, service_fn};

/// Answers every request with two resources.
async fn listing(_request: Request<Incoming>) -> Result<Response<DavBody>, Infallible> {
    let listing: MultiStatus = [("/a.txt", 3), ("/b & c.txt", 5)]
        .iter()
        .map(|&(path, length)| Resource::new(Href::path(path)).prop(prop::GetContentLength(length)))
        .collect();
    Ok(listing.into_http())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    const ACCOUNT: HeaderName = HeaderName::from_static("x-account");
    let subscribers = check_fn(
        |head| head.headers.get(ACCOUNT).cloned().ok_or(Unidentified),
        async |account| {
            let paid = account == "alice";
            Ok::<Decision, Infallible>(if paid {
                Grant::paid().into()
            } else {
                Reason::NeverSubscribed.into()
            })
        },
    );
    let service = ServiceBuilder::new()
        .layer(
            PaywallLayer::new(subscribers)
                .upgrade("https://example.com/plans")
                .vary([ACCOUNT]),
        )
        .layer(MultiStatusLayer::new())
        .service(service_fn(listing));

    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i -X PROPFIND {url} -H 'X-Account: alice'   # 207: two resources");
    eprintln!("  curl -i -X PROPFIND {url} -H 'X-Account: bob'     # 402: upgrade");
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A client that goes away is not an error here.
            let _ = connection.await;
        });
    }
}
