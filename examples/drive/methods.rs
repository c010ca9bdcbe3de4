//! Which handler answers which method.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    handler::Handler,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use statuary::dav::Dav;

use crate::{fault::Fault, files, namespace, propfind, proppatch, tree::Tree};

/// Passes a request to the handler of its method.
///
/// A router only knows the methods of HTTP; the handlers still are plain axum handlers.
pub(crate) async fn dispatch(State(tree): State<Arc<Tree>>, request: Request) -> Response {
    match request.method().as_str() {
        "COPY" => Handler::call(namespace::copy, request, tree).await,
        "DELETE" => Handler::call(namespace::delete, request, tree).await,
        "GET" | "HEAD" => Handler::call(files::get, request, tree).await,
        "MKCOL" => Handler::call(namespace::mkcol, request, tree).await,
        "MOVE" => Handler::call(namespace::r#move, request, tree).await,
        "OPTIONS" => OPTIONS.into_response(),
        "PROPFIND" => Handler::call(propfind::propfind, request, tree).await,
        "PROPPATCH" => Handler::call(proppatch::proppatch, request, tree).await,
        "PUT" => Handler::call(files::put, request, tree).await,
        "CONNECT" | "LOCK" | "PATCH" | "POST" | "TRACE" | "UNLOCK" => {
            let fault = Fault::new(StatusCode::METHOD_NOT_ALLOWED, "the drive does not do this");
            ([(header::ALLOW, ALLOW)], fault).into_response()
        }
        _ => {
            let fault = Fault::new(StatusCode::NOT_IMPLEMENTED, "the drive does not know this");
            ([(header::ALLOW, ALLOW)], fault).into_response()
        }
    }
}

/// What the drive can do: WebDAV without locks is of class 1.
const OPTIONS: [(HeaderName, &str); 2] = [(header::ALLOW, ALLOW), (Dav::NAME, "1")];

const ALLOW: &str = "COPY, DELETE, GET, HEAD, MKCOL, MOVE, OPTIONS, PROPFIND, PROPPATCH, PUT";
