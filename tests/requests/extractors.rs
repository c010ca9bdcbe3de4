//! Bodies and headers as axum extractors, through a router.

use axum::{
    Extension, Router,
    body::Body,
    handler::Handler,
    response::{IntoResponse, Response},
    routing::any,
};
use http::{Request, StatusCode, Uri};
use http_body_util::BodyExt;
use statuary::{
    DavError, Depth, Href, Overwrite, Prefer, PropertyUpdate, Propfind,
    dav::{
        ActiveLock, Brief, CaldavTimezones, Current, Dav, Destination, EntityTag, If, IfMatch,
        IfNoneMatch, IfState, LockScope, LockToken, Preconditions, Return, SyncToken, Timeout,
        Unmet, ZeroOrInfinity,
    },
    outcome::{self, Lock, Matches},
    paywall::PaywallLayer,
    request::{
        LockInfo, Mkcalendar, Mkcol, NoBody,
        report::{AddressbookQuery, CalendarQuery, Report, SyncCollection},
        search::Search,
    },
    subscription::{Decision, Reason, check_fn},
    xml::Limits,
};
use tower::ServiceExt;
use tower_http::limit::RequestBodyLimitLayer;

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

fn served<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/", any(handler))
}

#[tokio::test]
async fn depth_destination_and_overwrite() {
    let depth = served(async |depth: Depth| depth.to_string());
    let maybe = served(async |depth: Option<Depth>| depth.unwrap_or(Depth::Zero).to_string());
    let one = [("depth", "1")];
    assert_eq!(sent(depth.clone(), &one, "").await, said(200, "1"));
    assert_eq!(sent(depth.clone(), &[], "").await, said(200, "infinity"));
    assert_eq!(sent(maybe.clone(), &[], "").await, said(200, "0"));
    let infinity = [("depth", "infinity")];
    assert_eq!(
        sent(maybe.clone(), &infinity, "").await,
        said(200, "infinity")
    );
    let refused = said(400, "the header `depth` must be `0`, `1` or `infinity`");
    assert_eq!(sent(depth, &[("depth", "2")], "").await, refused);
    assert_eq!(sent(maybe, &[("depth", "2")], "").await, refused);

    let lock = served(async |depth: ZeroOrInfinity| depth.to_string());
    assert_eq!(sent(lock.clone(), &[], "").await, said(200, "infinity"));
    let refused = said(400, "the header `depth` must be `0` or `infinity`");
    assert_eq!(sent(lock, &one, "").await, refused);

    let copy = async |to: Destination, overwrite: Overwrite| format!("{} {overwrite}", to.path());
    let copy = served(copy);
    let to = ("destination", "http://example.com/a");
    assert_eq!(sent(copy.clone(), &[to], "").await, said(200, "/a T"));
    let keep = [to, ("overwrite", "F")];
    assert_eq!(sent(copy.clone(), &keep, "").await, said(200, "/a F"));
    let refused = said(400, "the header `destination` must be there");
    assert_eq!(sent(copy.clone(), &[], "").await, refused);
    let refused = said(400, "the header `overwrite` must be `T` or `F`");
    assert_eq!(sent(copy, &[to, ("overwrite", "no")], "").await, refused);
}

#[tokio::test]
async fn the_target_as_the_router_sees_it() {
    let told = any(async |target: Href<'static>| target.to_string());
    let dav: Router = Router::new().fallback_service(told);
    let app = Router::new()
        .nest_service("/dav", dav.clone())
        .fallback_service(dav);
    for (uri, expected) in [
        ("/dav/a%20b", said(200, "/a%20b")),
        ("/dav", said(200, "/")),
        ("/other/a|b?c", said(200, "/other/a%7Cb")),
        (
            "/dav/../b",
            said(
                400,
                "the path of the request must not hold `.` or `..` as a segment",
            ),
        ),
    ] {
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let answer = (status, String::from_utf8(body.to_vec()).unwrap());
        assert_eq!(answer, expected, "{uri}");
    }
}

#[tokio::test]
async fn properties_asked_for_and_set() {
    let propfind = served(async |depth: Depth, asked: Propfind| format!("{depth} {asked:?}"));
    let xml = [("content-type", "application/xml")];
    let body = "<propfind xmlns='DAV:'><propname/></propfind>";
    let names = said(200, "infinity PropName");
    assert_eq!(sent(propfind.clone(), &xml, body).await, names);
    // There are clients that leave the media type out.
    assert_eq!(sent(propfind.clone(), &[], body).await, names);
    // A body that is not there has no media type to be wrong.
    let json = [("content-type", "application/json"), ("depth", "0")];
    let all = said(200, "0 AllProp { include: [] }");
    assert_eq!(sent(propfind.clone(), &json, "").await, all);

    let refused = said(415, "the body must be XML, send it as `application/xml`");
    assert_eq!(sent(propfind.clone(), &json, "{}").await, refused);
    let refused =
        "the document ends before its root element does, send all of it at line 1, column 24";
    let begun = "<propfind xmlns='DAV:'>";
    assert_eq!(
        sent(propfind.clone(), &xml, begun).await,
        said(400, refused)
    );
    let entity = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    let refused = "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:error xmlns:D=\"DAV:\">\
                   <D:no-external-entities/></D:error>";
    assert_eq!(sent(propfind, &xml, entity).await, said(403, refused));

    let update = async |update: PropertyUpdate| update.instructions().len().to_string();
    let update = served(update);
    let body = "<propertyupdate xmlns='DAV:'><remove><prop><a/></prop></remove></propertyupdate>";
    assert_eq!(sent(update.clone(), &xml, body).await, said(200, "1"));
    let body = body.replace("<a/>", "<a>b</a>");
    let refused = said(
        422,
        "a property inside `remove` has a value at line 1, column 47",
    );
    assert_eq!(sent(update, &xml, body).await, refused);
}

#[tokio::test]
async fn limits_come_from_the_extensions() {
    let router = served(async |_: Propfind| "served");
    let router = router.layer(Extension(Limits::request().bytes(200).depth(4)));
    let body = "<propfind xmlns='DAV:'><prop><a><b><c/></b></a></prop></propfind>";
    let refused = "the elements nest deeper than 4 levels, nest fewer at line 1, column 36";
    assert_eq!(sent(router.clone(), &[], body).await, said(413, refused));
    let body = format!(
        "<propfind xmlns='DAV:'><propname/></propfind>{}",
        " ".repeat(200)
    );
    let refused = said(413, "the body is longer than 200 bytes");
    assert_eq!(sent(router, &[], body).await, refused);
}

#[tokio::test]
async fn m26_a_body_where_none_is_due_is_415() {
    let router = served(async |_: NoBody| "served");
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

/// The error of the layer comes wrapped in one of axum.
#[tokio::test]
async fn a_body_without_a_length_that_is_too_long_for_a_layer_is_413() {
    let router = Router::new()
        .route("/", any(async |_: Mkcol| "served"))
        .layer(RequestBodyLimitLayer::new(10));
    let pieces =
        futures_util::stream::iter(["<mkcol", " xmlns='DAV:'/>"].map(Ok::<_, std::io::Error>));
    let refused = said(413, "the body is longer than the server accepts");
    assert_eq!(sent(router, &[], Body::from_stream(pieces)).await, refused);
}

#[tokio::test]
async fn a_lock_is_new_or_refreshed() {
    let body = include_str!("rfc4918/9.10.7-lockinfo.xml");
    let maybe = served(async |lock: Option<LockInfo>| lock.map_or("refreshed", |_| "new"));
    assert_eq!(sent(maybe.clone(), &[], "").await, said(200, "refreshed"));
    assert_eq!(sent(maybe.clone(), &[], body).await, said(200, "new"));
    assert_eq!(sent(maybe, &[], "<a>").await.0, StatusCode::BAD_REQUEST);
    let always = served(async |lock: LockInfo| format!("{:?}", lock.scope()));
    assert_eq!(
        sent(always.clone(), &[], body).await,
        said(200, "Exclusive")
    );
    let none = said(
        400,
        "the document has no root element, send one at line 1, column 1",
    );
    assert_eq!(sent(always, &[], "").await, none);
}

#[tokio::test]
async fn collections_with_properties() {
    let made = async |mkcol: Mkcol| mkcol.resource_types().len().to_string();
    let router = served(made);
    assert_eq!(sent(router.clone(), &[], "").await, said(200, "0"));
    let body = include_str!("rfc5689/3.4-mkcol.xml");
    assert_eq!(sent(router.clone(), &[], body).await, said(200, "2"));
    let json = [("content-type", "application/json")];
    assert_eq!(
        sent(router, &json, "{}").await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );

    let made = async |it: Mkcalendar| it.values().len().to_string();
    let router = served(made);
    let body = include_str!("rfc4791/5.3.1.2-mkcalendar.xml");
    assert_eq!(sent(router, &[], body).await, said(200, "4"));
}

#[tokio::test]
async fn wishes_lock_tokens_and_time_zones() {
    let all = async |brief: Brief, dav: Dav, prefer: Prefer, timeout: Timeout| {
        format!(
            "{brief:?} {dav} {:?} {}",
            prefer.returned(),
            timeout.choose(60)
        )
    };
    let router = served(all);
    let none = said(200, "Full  None Second-60");
    assert_eq!(sent(router.clone(), &[], "").await, none);
    let headers = [
        ("brief", "t"),
        ("dav", "bind"),
        ("timeout", "Second-5, Infinite"),
    ];
    let some = said(200, "Minimal bind Some(Minimal) Second-5");
    assert_eq!(sent(router, &headers, "").await, some);

    let router = served(async |token: LockToken| token.to_string());
    let token = [("lock-token", "<a:b>")];
    assert_eq!(sent(router.clone(), &token, "").await, said(200, "<a:b>"));
    let missing = said(400, "the header `lock-token` must be there");
    assert_eq!(sent(router, &[], "").await, missing);
    let maybe = async |token: Option<LockToken>, to: Option<Destination>| {
        format!("{} {}", token.is_some(), to.is_some())
    };
    let router = served(maybe);
    assert_eq!(
        sent(router.clone(), &[], "").await,
        said(200, "false false")
    );
    let both = [("lock-token", "<a:b>"), ("destination", "/a")];
    assert_eq!(
        sent(router.clone(), &both, "").await,
        said(200, "true true")
    );
    let wrong = said(
        400,
        "the header `lock-token` must be an absolute URI in angle brackets",
    );
    assert_eq!(sent(router, &[("lock-token", "a")], "").await, wrong);

    let zones = async |zones: Option<CaldavTimezones>| format!("{zones:?}");
    let router = served(zones);
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
    let router = served(put);
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

/// A client names a resource as it sees it, and a router takes the mount off the URI alone.
#[tokio::test]
async fn m42_the_holder_of_a_lock_names_its_root_below_a_mount() {
    /// Only `/a` is locked, below the mount.
    struct Mounted;

    impl IfState for Mounted {
        fn etag(&self, _: &Href<'_>) -> Option<String> {
            None
        }

        fn locks(&self, resource: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
            let root = Href::path("/a");
            match resource.below("/dav") {
                Some(path) if path.same_path(&root) => {
                    vec![(LockToken::new("urn:x:1").unwrap(), root)]
                }
                _ => Vec::new(),
            }
        }
    }

    let put = async |uri: Uri, conditions: If| -> Result<&str, DavError> {
        conditions.check_write(&Href::parse(uri.path())?, &Mounted)?;
        Ok("written")
    };
    let router = Router::new().nest("/dav", Router::new().route("/{name}", any(put)));
    for (conditions, status) in [
        ("</dav/a> (<urn:x:1>)", 200),
        ("<http://example.com/d%61v/a> (<urn:x:1>)", 200),
        ("</dav/b> (Not <urn:x:1>)", 200),
        ("</dav/b> (Not <urn:x:2>)", 423),
        ("</dav/b> (<urn:x:1>)", 412),
        ("</a> (<urn:x:1>)", 412),
    ] {
        let request = Request::put("/dav/a").header("if", conditions);
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{conditions}");
    }
}

#[tokio::test]
async fn a_write_is_of_what_the_client_has_seen() {
    let put = async |if_match: IfMatch, if_none_match: IfNoneMatch| {
        let tag = EntityTag::strong("1")?;
        let current = Current::Present(Some(&tag));
        match if_match.holds(current) && if_none_match.holds(current) {
            true => Ok("written"),
            false => Err(DavError::new(StatusCode::PRECONDITION_FAILED)),
        }
    };
    let put_by_both = async |conditions: Preconditions| -> Result<&str, DavError> {
        let tag = EntityTag::strong("1")?;
        conditions.check(Current::Present(Some(&tag)))?;
        Ok("written")
    };
    for router in [served(put), served(put_by_both)] {
        assert_eq!(sent(router.clone(), &[], "").await, said(200, "written"));
        for (name, value, status) in [
            ("if-match", "\"1\"", 200),
            ("if-match", "\"2\"", 412),
            ("if-none-match", "\"2\"", 200),
            ("if-none-match", "*", 412),
        ] {
            let answer = sent(router.clone(), &[(name, value)], "").await;
            assert_eq!(answer.0.as_u16(), status, "{name}: {value}");
        }
        let sentence = "the header `if-match` must be `*` or a list of entity tags in quotes";
        let wrong = sent(router, &[("if-match", "1")], "").await;
        assert_eq!(wrong, said(400, sentence));
    }
}

#[tokio::test]
async fn m53_who_may_not_is_told_before_what_does_not_hold() {
    let put = async |conditions: If| -> Result<&str, DavError> {
        conditions.check_write(&Href::path("/"), &Locked)?;
        Ok("written")
    };
    let refuse = check_fn(
        |_| Ok(()),
        async |()| Ok::<_, std::convert::Infallible>(Decision::from(Reason::NeverSubscribed)),
    );
    let router = served(put);
    let gated = router.clone().layer(PaywallLayer::new(refuse));
    for conditions in ["(<urn:x:1> [\"2\"])", "(<urn:x:2> [\"1\"])", "malformed"] {
        let header = [("if", conditions)];
        let without = sent(router.clone(), &header, "").await.0;
        assert!(without.is_client_error() && without != StatusCode::PAYMENT_REQUIRED);
        let (status, _) = sent(gated.clone(), &header, "").await;
        assert_eq!(status, StatusCode::PAYMENT_REQUIRED, "{conditions}");
    }
}

#[tokio::test]
async fn reports_and_searches() {
    let router = Router::new()
        .route(
            "/",
            any(async |report: Report| match report {
                Report::SyncCollection(report) => {
                    format!("changes since {}", report.token().expect("a token"))
                }
                Report::Other(element) => element.name().to_string(),
                _ => "another".to_owned(),
            }),
        )
        .layer(Extension(Limits::request().hrefs(1)));
    let sync = include_str!("rfc6578/3.9-sync-collection.xml");
    let since = "changes since http://example.com/ns/sync/1234";
    assert_eq!(sent(router.clone(), &[], sync).await, said(200, since));
    let deep = [("depth", "1")];
    let sentence = "the header `depth` must be `0` for this report";
    assert_eq!(sent(router.clone(), &deep, sync).await, said(400, sentence));
    assert_eq!(sent(router.clone(), &deep, "<a/>").await, said(200, "a"));
    let many = include_str!("rfc4791/7.9.1-calendar-multiget.xml");
    let (status, body) = sent(router.clone(), &[], many).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{body}");
    let entity = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    let (status, body) = sent(router, &[], entity).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(body.contains("<D:no-external-entities/>"), "{body}");

    let router = served(async |report: SyncCollection| format!("{:?}", report.level()));
    assert_eq!(sent(router.clone(), &[], sync).await, said(200, "One"));
    let other = include_str!("rfc4791/7.8.1-calendar-query.xml");
    let (status, body) = sent(router.clone(), &[], other).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(body.contains("<D:supported-report/>"), "{body}");
    let (status, body) = sent(router, &[], "").await;
    assert_eq!(
        (status, &*body),
        (
            StatusCode::BAD_REQUEST,
            "the document has no root element, send one at line 1, column 1"
        )
    );

    let router = served(async |query: CalendarQuery| query.wanted().names().len().to_string());
    assert_eq!(sent(router, &[], other).await, said(200, "2"));
    let router = served(async |query: AddressbookQuery| query.filters().len().to_string());
    let body = include_str!("rfc6352/8.6.3-addressbook-query.xml");
    assert_eq!(sent(router, &[], body).await, said(200, "1"));
    let router = served(async |search: Search| match search {
        Search::Basic(search) => search.scopes()[0].href.clone(),
        _ => "another".to_owned(),
    });
    let body = include_str!("rfc5323/5.2.1-basicsearch.xml");
    assert_eq!(sent(router, &[], body).await, said(200, "/container1/"));
}

/// RFC 8144, section 3: a 412 with what the resource is now.
#[tokio::test]
async fn e31_what_is_there_now_is_told_where_it_is_preferred() {
    let put = async |prefer: Prefer, conditions: If| -> Result<Response, DavError> {
        let failed = match conditions.check_write(&Href::path("/"), &Locked) {
            Ok(()) => return Ok("written".into_response()),
            Err(failed) => failed,
        };
        match prefer.returned() {
            Some(wanted @ Return::Representation) if failed == Unmet::Failed => {
                let applied = [(Return::APPLIED, wanted.applied())];
                Ok((failed.status(), applied, "what is there").into_response())
            }
            _ => Err(failed.into()),
        }
    };
    let router = served(put);
    let failed = ("if", "(<urn:x:1> [\"2\"])");
    let sentence = "no list of the header `if` holds";
    assert_eq!(
        sent(router.clone(), &[failed], "").await,
        said(412, sentence)
    );
    let prefer = ("prefer", "return=representation");
    assert_eq!(
        sent(router.clone(), &[failed, prefer], "").await,
        said(412, "what is there")
    );
    let minimal = ("prefer", "return=minimal");
    assert_eq!(
        sent(router.clone(), &[failed, minimal], "").await,
        said(412, sentence)
    );
    assert_eq!(sent(router, &[prefer], "").await.0, StatusCode::LOCKED);
}

#[tokio::test]
async fn a_handler_returns_its_outcome_as_it_is() {
    async fn lock() -> Result<Lock, DavError> {
        let token = LockToken::new("urn:uuid:1").expect("a URI");
        let (scope, depth) = (LockScope::Shared, ZeroOrInfinity::Zero);
        Ok(Lock::created(ActiveLock::new(
            token,
            Href::path("/a"),
            scope,
            depth,
        )))
    }
    async fn search() -> Result<Matches, DavError> {
        Ok(Matches::new(Href::path("/")).truncated())
    }
    async fn changes() -> Result<outcome::SyncCollection, DavError> {
        let token = SyncToken::new("urn:sync:1").expect("a URI");
        Ok(outcome::SyncCollection::new(Href::path("/"), token))
    }
    for (router, status, told) in [
        (
            any(lock),
            201,
            "<D:locktoken><D:href>urn:uuid:1</D:href></D:locktoken>",
        ),
        (
            any(search),
            207,
            "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>",
        ),
        (any(changes), 207, "<D:sync-token>urn:sync:1</D:sync-token>"),
    ] {
        let (seen, body) = sent(Router::new().route("/", router), &[], "").await;
        assert_eq!(seen, status);
        assert!(body.contains(told), "{body}");
    }
}
