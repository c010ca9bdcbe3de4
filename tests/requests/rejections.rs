//! Bodies collected without a framework, and the status of each rejection.

use std::{
    collections::VecDeque,
    convert::Infallible,
    error::Error,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Limited};
use statuary::{
    Condition, DavError,
    request::{
        LockInfo, Mkcol, PropertyUpdate, Propfind, Rejection, check_media_type, collect,
        report::{CalendarQuery, ExpandProperty, Report, SyncCollection},
        search::Search,
    },
    xml::{self, Limits},
};

use crate::support::Parse;

/// A body of these pieces, that then ends, breaks or stays open.
struct Pieces {
    pieces: VecDeque<&'static str>,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Break,
    Close,
    Trailers,
    Wait,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if let Some(piece) = self.pieces.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece.as_bytes())))));
        }
        match self.end {
            End::Break => Poll::Ready(Some(Err("reset"))),
            End::Close => Poll::Ready(None),
            End::Trailers => {
                self.end = End::Close;
                Poll::Ready(Some(Ok(Frame::trailers(HeaderMap::new()))))
            }
            End::Wait => Poll::Pending,
        }
    }
}

/// A body that says how long it is, and must not be read.
struct Announced(u64);

impl Body for Announced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("a body that is too long is not read");
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

fn body(pieces: &[&'static str], end: End) -> Pieces {
    Pieces {
        pieces: pieces.iter().copied().collect(),
        end,
    }
}

async fn collected(pieces: &[&'static str], end: End) -> Result<Bytes, Rejection> {
    collect(body(pieces, end), &Limits::request().bytes(6)).await
}

#[tokio::test]
async fn a_body_is_collected_up_to_the_limit() {
    assert_eq!(collected(&[], End::Close).await.unwrap(), "");
    assert_eq!(collected(&["abc"], End::Close).await.unwrap(), "abc");
    assert_eq!(
        collected(&["abc", "", "de", "f"], End::Trailers)
            .await
            .unwrap(),
        "abcdef"
    );

    for pieces in [&["abcdefg"][..], &["abc", "defg"], &["abc", "def", "g"]] {
        let rejection = collected(pieces, End::Wait).await.unwrap_err();
        assert_eq!(rejection.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(rejection.to_string(), "the body is longer than 6 bytes");
    }
    let rejection = collect(Announced(7), &Limits::request().bytes(6))
        .await
        .unwrap_err();
    assert_eq!(rejection.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_breaks_off() {
    let rejection = collected(&["abc"], End::Break).await.unwrap_err();
    assert_eq!(rejection.status(), StatusCode::BAD_REQUEST);
    assert_eq!(rejection.to_string(), "the body broke off");
    let cause = rejection.source().map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("reset"));
    let answer = DavError::from(rejection).to_string();
    assert_eq!(answer, "400 Bad Request: the body broke off");
}

/// A body that has no announced length is broken off by the layer that limits it.
#[tokio::test]
async fn a_body_that_is_too_long_for_a_layer() {
    let limited = Limited::new(body(&["abc", "def"], End::Close), 5);
    let rejection = collect(limited, &Limits::request()).await.unwrap_err();
    assert_eq!(rejection.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        rejection.to_string(),
        "the body is longer than the server accepts"
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_takes_too_long() {
    let started = tokio::time::Instant::now();
    let rejection = collected(&["abc"], End::Wait).await.unwrap_err();
    assert_eq!(rejection.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(rejection.to_string(), "the body took too long");
    assert_eq!(started.elapsed().as_secs(), 30);

    let limits = Limits::request().wait(Duration::from_millis(5));
    let short = collect(body(&[], End::Wait), &limits).await;
    assert_eq!(short.unwrap_err().status(), StatusCode::REQUEST_TIMEOUT);
}

#[test]
fn media_types() {
    let check = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
        check_media_type(&headers)
    };
    assert!(check_media_type(&HeaderMap::new()).is_ok());
    for right in [
        "application/xml",
        "TEXT/XML",
        "text/xml; charset=\"utf-8\"",
        "application/xml;charset=UTF-8;a=b",
        "application/davmount+xml ; charset=utf-16",
    ] {
        assert!(check(right).is_ok(), "{right}");
    }
    for wrong in [
        "application/json",
        "text/plain",
        "",
        "xml",
        "application/xml-dtd",
        "text/",
    ] {
        let rejection = check(wrong).unwrap_err();
        assert_eq!(
            rejection.status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{wrong}"
        );
        let sentence = "the body must be XML, send it as `application/xml`";
        assert_eq!(rejection.to_string(), sentence);
    }
    let rejection = check("text/xml; charset=iso-8859-1").unwrap_err();
    assert_eq!(rejection.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let sentence = "the charset of the body is not supported, send UTF-8";
    assert_eq!(rejection.to_string(), sentence);
}

#[test]
fn each_error_has_its_status() {
    let status = |error: xml::Error| Rejection::from(error).status();
    let propfind = |body: &str| {
        status(Propfind::parse(body.as_bytes(), &Limits::request().depth(3)).unwrap_err())
    };
    assert_eq!(propfind("<a>"), StatusCode::BAD_REQUEST);
    assert_eq!(
        propfind("<propfind xmlns='DAV:'/>"),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(propfind("<!DOCTYPE a><a/>"), StatusCode::FORBIDDEN);
    assert_eq!(
        propfind("<?xml version='1.0' encoding='latin1'?><a/>"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        propfind("<propfind xmlns='DAV:'><a><b><c/></b></a></propfind>"),
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let body =
        b"<propertyupdate xmlns='DAV:'><remove><prop><a>b</a></prop></remove></propertyupdate>";
    let error = PropertyUpdate::parse(body, &Limits::request()).unwrap_err();
    assert_eq!(status(error), StatusCode::UNPROCESSABLE_ENTITY);
}

/// RFC 4918, section 8.2: what is not well-formed is 400, whatever it seems to ask for.
#[test]
fn what_is_malformed_says_nothing() {
    #[track_caller]
    fn check<T>(parse: Parse<T>, local: &str, inside: &str, status: u16) {
        let said = format!(
            "<{local} xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>{inside}</{local}>"
        );
        let Err(error) = parse(said.as_bytes(), &Limits::request()) else {
            panic!("this was taken: {said}");
        };
        assert_eq!(Rejection::from(error).status(), status, "{said}");

        let (cut, _) = said.rsplit_once("</").unwrap();
        for malformed in [
            format!("{cut}<open></{local}>"),
            format!("{said}<more/>"),
            cut.to_owned(),
        ] {
            let Err(error) = parse(malformed.as_bytes(), &Limits::request()) else {
                panic!("this was taken: {malformed}");
            };
            let kind = error.kind();
            let rejection = Rejection::from(error);
            assert_eq!(rejection.status(), 400, "{malformed}: {kind:?}");
            assert_eq!(rejection.condition(), None, "{malformed}");
            assert!(
                matches!(
                    kind,
                    xml::ErrorKind::EndTag | xml::ErrorKind::Syntax | xml::ErrorKind::UnexpectedEnd
                ),
                "{malformed}: {kind:?}"
            );
        }
    }

    let token = "<sync-token>7</sync-token><sync-level>1</sync-level><prop/>";
    check(SyncCollection::parse, "sync-collection", token, 403);
    check(Report::parse, "sync-collection", token, 403);
    let filter = "<C:filter><C:comp-filter/></C:filter>";
    check(CalendarQuery::parse, "C:calendar-query", filter, 403);
    let none = "<C:filter></C:filter>";
    check(CalendarQuery::parse, "C:calendar-query", none, 403);
    check(SyncCollection::parse, "version-tree", "", 403);
    let removed = "<remove><prop><a>1</a></prop></remove>";
    check(PropertyUpdate::parse, "propertyupdate", removed, 422);
    check(Mkcol::parse, "a", "", 415);
    check(Propfind::parse, "propfind", "<prop/><allprop/>", 400);
    let scopes = "<lockscope><shared/><exclusive/></lockscope>";
    check(LockInfo::parse, "lockinfo", scopes, 400);
    check(ExpandProperty::parse, "expand-property", "<property/>", 400);
    check(
        Search::parse,
        "searchrequest",
        "<basicsearch></basicsearch>",
        400,
    );
}

#[tokio::test]
async fn a_rejection_is_a_response() {
    let error = Propfind::parse(b"<!DOCTYPE a><a/>", &Limits::request()).unwrap_err();
    let rejection = Rejection::from(error.clone());
    assert_eq!(rejection.condition(), Some(Condition::NoExternalEntities));
    assert_eq!(rejection.to_string(), error.to_string());
    assert_eq!(rejection.document(), Some(&error));
    // What it says already is not its source, or a log would have it twice.
    assert!(std::error::Error::source(&rejection).is_none());
    let (head, body) = answered(rejection).await;
    assert_eq!(head.status, StatusCode::FORBIDDEN);
    assert_eq!(head.headers[CONTENT_TYPE], "application/xml; charset=utf-8");
    assert!(
        body.contains("<D:error xmlns:D=\"DAV:\"><D:no-external-entities/>"),
        "{body}"
    );

    let error = Propfind::parse(b"<a/>", &Limits::request()).unwrap_err();
    let (head, body) = answered(Rejection::from(error)).await;
    assert_eq!(head.status, StatusCode::BAD_REQUEST);
    assert_eq!(head.headers[CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(
        body,
        "the root element is not `propfind` in the namespace `DAV:`, send that one at line 1, column 1"
    );
}

async fn answered(rejection: Rejection) -> (http::response::Parts, String) {
    let (head, body) = DavError::from(rejection).into_http().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head, String::from_utf8(body.to_vec()).unwrap())
}
