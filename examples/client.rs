//! Asks a WebDAV server, by default the drive, for the members of a collection, and prints the status of
//! each as it arrives: `cargo run --example client -- [URL]`

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Uri, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use statuary::read::{ResponseStream, resolve};
use tokio::net::TcpStream;

const NAMES: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getetag/><displayname/></prop></propfind>"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let url = env::args().nth(1);
    let Err(error) = list(url.as_deref().unwrap_or("http://127.0.0.1:4918/")).await else {
        return ExitCode::SUCCESS;
    };
    eprintln!("client: {error}");
    ExitCode::FAILURE
}

async fn list(url: &str) -> Result<(), Box<dyn Error>> {
    let url: Uri = url.parse()?;
    if url.scheme_str() != Some("http") {
        return Err("the URL must begin with http://, since nothing is encrypted here".into());
    }
    let (host, port) = (url.host().unwrap_or_default(), url.port_u16().unwrap_or(80));
    // In a URL, and only there, an IPv6 address is in brackets.
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);

    let request = Request::builder()
        .method("PROPFIND")
        .uri(url.path_and_query().map_or("/", |it| it.as_str()))
        .header(header::HOST, format!("{host}:{port}"))
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .header("depth", "1")
        .body(Full::<Bytes>::from(NAMES))?;
    let response = sender.send_request(request).await?;
    if response.status() != 207 {
        return Err(format!("the server answers {}", response.status()).into());
    }

    let mut out = io::stdout().lock();
    let mut members = ResponseStream::of_body(response.into_body());
    while let Some(member) = members.next().await {
        let member = member?;
        let href = member.href().unwrap_or_default();
        let target = resolve(&url, &href).ok_or("an href is not a URI")?;
        match member.status() {
            Some(status) => writeln!(out, "{status}\t{}", target.path())?,
            None => writeln!(out, "there\t{}", target.path())?,
        }
        for failure in member.failures() {
            let status = failure
                .status
                .map_or_else(|| "no status".into(), |it| it.to_string());
            for property in failure.properties {
                writeln!(out, "\t{status}\t{}", property.name())?;
            }
        }
    }
    Ok(())
}
