//! The axum extractors, through a router.

use axum::{Extension, Router, body::Body, routing::any};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use statuary::{
    dav::{Depth, Destination, Overwrite, ZeroOrInfinity},
    request::{PropertyUpdate, Propfind},
    xml::Limits,
};
use tower::ServiceExt;

fn router() -> Router {
    Router::new()
        .route("/depth", any(async |depth: Depth| depth.to_string()))
        .route(
            "/maybe",
            any(async |depth: Option<Depth>| depth.unwrap_or(Depth::Zero).to_string()),
        )
        .route(
            "/lock",
            any(async |depth: ZeroOrInfinity| depth.to_string()),
        )
        .route(
            "/copy",
            any(async |to: Destination, overwrite: Overwrite| format!("{} {overwrite}", to.path())),
        )
        .route(
            "/propfind",
            any(async |depth: Depth, asked: Propfind| format!("{depth} {asked:?}")),
        )
        .route(
            "/proppatch",
            any(async |update: PropertyUpdate| update.instructions().len().to_string()),
        )
        .route_layer(Extension(Limits::request().bytes(200).depth(4)))
}

async fn ask(
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (StatusCode, Option<String>, String) {
    let mut request = Request::builder().method("PROPFIND").uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router()
        .oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap();
    let (head, body) = response.into_parts();
    let media_type = head
        .headers
        .get("content-type")
        .map(|v| v.to_str().unwrap().to_owned());
    let body = body.collect().await.unwrap().to_bytes();
    (
        head.status,
        media_type,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

#[track_caller]
fn assert_answer(
    answer: &(StatusCode, Option<String>, String),
    status: StatusCode,
    media_type: &str,
    body: &str,
) {
    assert_eq!(
        *answer,
        (status, Some(media_type.to_owned()), body.to_owned())
    );
}

const PLAIN: &str = "text/plain; charset=utf-8";

#[tokio::test]
async fn headers() {
    let ok = StatusCode::OK;
    assert_answer(&ask("/depth", &[("depth", "1")], "").await, ok, PLAIN, "1");
    assert_answer(&ask("/depth", &[], "").await, ok, PLAIN, "infinity");
    assert_answer(&ask("/maybe", &[], "").await, ok, PLAIN, "0");
    assert_answer(
        &ask("/maybe", &[("depth", "infinity")], "").await,
        ok,
        PLAIN,
        "infinity",
    );
    assert_answer(&ask("/lock", &[], "").await, ok, PLAIN, "infinity");
    let to = ("destination", "http://example.com/a");
    assert_answer(&ask("/copy", &[to], "").await, ok, PLAIN, "/a T");
    assert_answer(
        &ask("/copy", &[to, ("overwrite", "F")], "").await,
        ok,
        PLAIN,
        "/a F",
    );

    let bad = StatusCode::BAD_REQUEST;
    let sentence = "the header `depth` must be `0`, `1` or `infinity`";
    assert_answer(
        &ask("/depth", &[("depth", "2")], "").await,
        bad,
        PLAIN,
        sentence,
    );
    assert_answer(
        &ask("/maybe", &[("depth", "2")], "").await,
        bad,
        PLAIN,
        sentence,
    );
    let sentence = "the header `depth` must be `0` or `infinity`";
    let one = ask("/lock", &[("depth", "1")], "").await;
    assert_answer(&one, bad, PLAIN, sentence);
    let sentence = "the header `destination` must be there";
    assert_answer(&ask("/copy", &[], "").await, bad, PLAIN, sentence);
    let sentence = "the header `overwrite` must be `T` or `F`";
    assert_answer(
        &ask("/copy", &[to, ("overwrite", "no")], "").await,
        bad,
        PLAIN,
        sentence,
    );
}

#[tokio::test]
async fn bodies() {
    let xml = [("content-type", "application/xml")];
    let body = "<propfind xmlns='DAV:'><propname/></propfind>";
    let ok = StatusCode::OK;
    assert_answer(
        &ask("/propfind", &xml, body).await,
        ok,
        PLAIN,
        "infinity PropName",
    );
    // There are clients that leave the media type out.
    assert_answer(
        &ask("/propfind", &[], body).await,
        ok,
        PLAIN,
        "infinity PropName",
    );
    // A body that is not there has no media type to be wrong.
    let json = [("content-type", "application/json"), ("depth", "0")];
    let all = "0 AllProp { include: [] }";
    assert_answer(&ask("/propfind", &json, "").await, ok, PLAIN, all);
    let body = "<propertyupdate xmlns='DAV:'><remove><prop><a/></prop></remove></propertyupdate>";
    assert_answer(&ask("/proppatch", &xml, body).await, ok, PLAIN, "1");
}

#[tokio::test]
async fn rejections() {
    let xml = [("content-type", "text/xml")];
    let sentence =
        "the document ends before its root element does, send all of it at line 1, column 24";
    let answer = ask("/propfind", &xml, "<propfind xmlns='DAV:'>").await;
    assert_answer(&answer, StatusCode::BAD_REQUEST, PLAIN, sentence);

    let answer = ask(
        "/propfind",
        &xml,
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    )
    .await;
    let error = "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:error xmlns:D=\"DAV:\">\
             <D:no-external-entities/></D:error>";
    assert_answer(
        &answer,
        StatusCode::FORBIDDEN,
        "application/xml; charset=utf-8",
        error,
    );

    let answer = ask("/propfind", &[("content-type", "application/json")], "{}").await;
    let sentence = "the body must be XML, send it as `application/xml`";
    assert_answer(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, PLAIN, sentence);

    let body =
        "<propertyupdate xmlns='DAV:'><remove><prop><a>b</a></prop></remove></propertyupdate>";
    let sentence = "a property inside `remove` has a value at line 1, column 47";
    let answer = ask("/proppatch", &xml, body).await;
    assert_answer(&answer, StatusCode::UNPROCESSABLE_ENTITY, PLAIN, sentence);
}

#[tokio::test]
async fn limits_come_from_the_extensions() {
    let large = StatusCode::PAYLOAD_TOO_LARGE;
    let body = "<propfind xmlns='DAV:'><prop><a><b><c/></b></a></prop></propfind>";
    let sentence = "the elements nest deeper than 4 levels, nest fewer at line 1, column 36";
    assert_answer(&ask("/propfind", &[], body).await, large, PLAIN, sentence);

    let body = format!(
        "<propfind xmlns='DAV:'><propname/></propfind>{}",
        " ".repeat(200)
    );
    let sentence = "the body is longer than 200 bytes";
    assert_answer(&ask("/propfind", &[], body).await, large, PLAIN, sentence);
}
