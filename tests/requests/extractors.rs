//! Bodies and headers as axum extractors, through a router.

use axum::{Router, body::Body, routing::any};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use statuary::{
    DavError, Href, Prefer,
    dav::{Brief, CaldavTimezones, Dav, If, IfState, LockToken, Timeout},
    request::{LockInfo, Mkcalendar, Mkcol, NoBody},
};
use tower::ServiceExt;

async fn sent(
    router: Router,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (StatusCode, String) {
    let mut request = Request::builder().method("REPORT").uri("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router
        .oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn said(status: u16, body: &str) -> (StatusCode, String) {
    (StatusCode::from_u16(status).unwrap(), body.to_owned())
}

#[tokio::test]
async fn m26_a_body_where_none_is_due_is_415() {
    let router = Router::new().route("/", any(async |_: NoBody| "served"));
    assert_eq!(sent(router.clone(), &[], "").await, said(200, "served"));
    let refused = said(415, "the request has a body, send none");
    assert_eq!(sent(router.clone(), &[], "<a/>").await, refused);
    assert_eq!(
        sent(router.clone(), &[("content-type", "application/xml")], " ").await,
        refused
    );
    let pieces = futures_util::stream::iter(["", "", "x"].map(Ok::<_, std::io::Error>));
    assert_eq!(sent(router, &[], Body::from_stream(pieces)).await, refused);
}

#[tokio::test]
async fn a_lock_is_new_or_refreshed() {
    let body = include_str!("rfc4918/9.10.7-lockinfo.xml");
    let maybe = Router::new().route(
        "/",
        any(async |lock: Option<LockInfo>| lock.map_or("refreshed", |_| "new")),
    );
    assert_eq!(sent(maybe.clone(), &[], "").await, said(200, "refreshed"));
    assert_eq!(sent(maybe.clone(), &[], body).await, said(200, "new"));
    assert_eq!(sent(maybe, &[], "<a>").await.0, StatusCode::BAD_REQUEST);
    let always = Router::new().route(
        "/",
        any(async |lock: LockInfo| format!("{:?}", lock.scope())),
    );
    assert_eq!(
        sent(always.clone(), &[], body).await,
        said(200, "Exclusive")
    );
    let none = said(400, "the document has no root element at line 1, column 1");
    assert_eq!(sent(always, &[], "").await, none);
}

#[tokio::test]
async fn collections_with_properties() {
    let made = async |mkcol: Mkcol| mkcol.resource_types().len().to_string();
    let router = Router::new().route("/", any(made));
    assert_eq!(sent(router.clone(), &[], "").await, said(200, "0"));
    let body = include_str!("rfc5689/3.4-mkcol.xml");
    assert_eq!(sent(router.clone(), &[], body).await, said(200, "2"));
    let json = [("content-type", "application/json")];
    assert_eq!(
        sent(router, &json, "{}").await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );

    let made = async |it: Mkcalendar| it.values().len().to_string();
    let router = Router::new().route("/", any(made));
    let body = include_str!("rfc4791/5.3.1.2-mkcalendar.xml");
    assert_eq!(sent(router, &[], body).await, said(200, "4"));
}

#[tokio::test]
async fn headers() {
    let all = async |brief: Brief, dav: Dav, prefer: Prefer, timeout: Timeout| {
        format!(
            "{brief:?} {dav} {:?} {}",
            prefer.returned(),
            timeout.choose(60)
        )
    };
    let router = Router::new().route("/", any(all));
    let none = said(200, "Full  None Second-60");
    assert_eq!(sent(router.clone(), &[], "").await, none);
    let headers = [
        ("brief", "t"),
        ("dav", "bind"),
        ("timeout", "Second-5, Infinite"),
    ];
    let some = said(200, "Minimal bind Some(Minimal) Second-5");
    assert_eq!(sent(router, &headers, "").await, some);

    let router = Router::new().route("/", any(async |token: LockToken| token.to_string()));
    let token = [("lock-token", "<a:b>")];
    assert_eq!(sent(router.clone(), &token, "").await, said(200, "<a:b>"));
    let missing = said(400, "the header `lock-token` must be there");
    assert_eq!(sent(router, &[], "").await, missing);

    let zones = async |zones: Option<CaldavTimezones>| format!("{zones:?}");
    let router = Router::new().route("/", any(zones));
    assert_eq!(sent(router.clone(), &[], "").await, said(200, "None"));
    let no = [("caldav-timezones", "F")];
    assert_eq!(sent(router, &no, "").await, said(200, "Some(ByReference)"));
}

struct Locked;

impl IfState for Locked {
    fn etag(&self, _: &Href<'_>) -> Option<String> {
        Some("\"1\"".to_owned())
    }

    fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
        vec![(LockToken::new("urn:x:1").unwrap(), Href::collection("/"))]
    }
}

#[tokio::test]
async fn m42_412_and_423_are_answers() {
    let put = async |conditions: If| -> Result<&str, DavError> {
        conditions.check_write(&Href::path("/"), &Locked)?;
        Ok("written")
    };
    let router = Router::new().route("/", any(put));
    let (status, body) = sent(router.clone(), &[], "").await;
    assert_eq!(status, StatusCode::LOCKED);
    let error = "<D:lock-token-submitted><D:href>/</D:href></D:lock-token-submitted>";
    assert!(body.contains(error), "{body}");
    let failed = [("if", "(<urn:x:1> [\"2\"])")];
    let sentence = "no list of the header `if` holds";
    assert_eq!(sent(router.clone(), &failed, "").await, said(412, sentence));
    let holds = [("if", "(<urn:x:1> [\"1\"])")];
    assert_eq!(sent(router.clone(), &holds, "").await, said(200, "written"));
    let sentence = "the header `if` must hold lists of conditions in parentheses";
    assert_eq!(sent(router, &[("if", "x")], "").await, said(400, sentence));
}
