//! The resource after a write, for those who prefer it to asking again.

use std::convert::Infallible;

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use statuary::{Destination, Href, MultiStatusLayer, Prefer, dav::EntityTag, outcome::Written};
use tower::{Layer, ServiceExt, service_fn};

fn prefer(value: &'static str) -> Prefer {
    let value = HeaderValue::from_static(value);
    Prefer::from_headers(&HeaderMap::from_iter([(
        http::HeaderName::from_static("prefer"),
        value,
    )]))
}

/// What a GET answers.
async fn get() -> Result<Response<String>, Infallible> {
    let response = Response::builder()
        .header("content-type", "text/calendar")
        .header("etag", "\"2\"");
    Ok(response
        .body("BEGIN:VCALENDAR".to_owned())
        .expect("a response"))
}

fn header<'r, B>(response: &'r Response<B>, name: &str) -> Option<&'r str> {
    let value = response.headers().get(name)?;
    value.to_str().ok()
}

#[tokio::test]
async fn e31_rfc8144_section_3_1_the_resource_as_it_is_afterwards() {
    let href = || Href::path("/a & b");
    let written = [
        (Written::created(href()), StatusCode::CREATED),
        (Written::changed(href()), StatusCode::OK),
    ];
    for (written, status) in written {
        let response = written.answer(prefer("return=representation"), get()).await;
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "content-location"), Some("/a%20&%20b"));
        let location = (status == StatusCode::CREATED).then_some("/a%20&%20b");
        assert_eq!(header(&response, "location"), location);
        let applied = header(&response, "preference-applied");
        assert_eq!(applied, Some("return=representation"));
        assert_eq!(header(&response, "etag"), Some("\"2\""));
        assert_eq!(header(&response, "content-type"), Some("text/calendar"));
        assert_eq!(header(&response, "vary"), Some("prefer"));
        assert_eq!(response.body(), "BEGIN:VCALENDAR");
    }
}

#[tokio::test]
async fn e31_rfc8144_section_3_2_the_resource_that_would_have_been_overwritten() {
    let failed = || Written::precondition_failed(Href::path("/a"));
    let response = failed()
        .answer(prefer("return=representation"), get())
        .await;
    assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(header(&response, "content-location"), Some("/a"));
    assert_eq!(header(&response, "location"), None);
    assert_eq!(response.body(), "BEGIN:VCALENDAR");

    let response = failed().answer(prefer("return=minimal"), get()).await;
    assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(response.body(), "");
}

#[tokio::test]
async fn rfc4791_section_5_3_4_the_tag_of_what_was_stored_comes_with_the_answer() {
    let tag = EntityTag::strong("2").expect("a tag");
    for wanted in ["return=minimal", "return=representation"] {
        for written in [
            Written::created(Href::path("/a")),
            Written::changed(Href::path("/a")),
            Written::precondition_failed(Href::path("/a")),
        ] {
            let written = written.with_etag(&tag);
            let response = written.answer(prefer(wanted), get()).await;
            assert_eq!(header(&response, "etag"), Some("\"2\""), "{wanted}");
        }
    }
    let untold = Written::created(Href::path("/a"));
    let response = untold.answer(prefer("return=minimal"), get()).await;
    assert_eq!(header(&response, "etag"), None);
}

#[tokio::test]
async fn e31_a_preference_is_no_demand() {
    let plain = |response: Response<String>, status| {
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "preference-applied"), None);
        assert_eq!(header(&response, "content-location"), None);
        let location = (status == StatusCode::CREATED).then_some("/a");
        assert_eq!(
            header(&response, "location"),
            location,
            "RFC 9110, section 15.3.2"
        );
        assert_eq!(header(&response, "vary"), Some("prefer"));
        assert_eq!(response.body(), "");
    };
    for value in ["", "return=minimal", "depth-noroot"] {
        let get = async { panic!("nobody asked for it") };
        let written = Written::changed(Href::path("/a"));
        let response = written.answer::<_, Infallible>(prefer(value), get).await;
        plain(response, StatusCode::NO_CONTENT);
    }
    // What was written is written, even if it cannot be shown.
    let wanted = prefer("return=representation");
    let lost = async { Err("the disk is gone") };
    let response = Written::created(Href::path("/a")).answer(wanted, lost);
    plain(response.await, StatusCode::CREATED);
    let partial = async {
        let mut response = get().await?;
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(response)
    };
    let response = Written::created(Href::path("/a")).answer(wanted, partial);
    plain(response.await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_mount_moves_where_the_resource_is() {
    let hrefs = [
        ("/a & b", "/dav%20x/a%20&%20b"),
        ("http://example.com/a", "http://example.com/a"),
    ];
    for (given, moved) in hrefs {
        for (wish, says_what) in [("return=representation", true), ("return=minimal", false)] {
            let service = service_fn(move |_: Request<()>| async move {
                let href = match given.starts_with('/') {
                    true => Href::path(given),
                    false => Href::parse(given).expect("a URI"),
                };
                let written = Written::created(href);
                Ok::<_, Infallible>(written.answer(prefer(wish), get()).await)
            });
            let app = MultiStatusLayer::new().mounted_at("/dav x").layer(service);
            let response = app.oneshot(Request::new(())).await.expect("infallible");
            assert_eq!(header(&response, "location"), Some(moved));
            let content = says_what.then_some(moved);
            assert_eq!(header(&response, "content-location"), content);
        }
    }
}

/// Its content is none of the mount's business.
#[tokio::test]
async fn a_mount_moves_where_a_compressed_resource_is() {
    let service = service_fn(|_: Request<()>| async {
        let compressed = async {
            let mut response = get().await?;
            let gzip = HeaderValue::from_static("gzip");
            response.headers_mut().insert("content-encoding", gzip);
            Ok::<_, Infallible>(response)
        };
        let written = Written::changed(Href::path("/a"));
        Ok::<_, Infallible>(
            written
                .answer(prefer("return=representation"), compressed)
                .await,
        )
    });
    let app = MultiStatusLayer::new().mounted_at("/dav").layer(service);
    let response = app.oneshot(Request::new(())).await.expect("infallible");
    assert_eq!(response.headers()["content-location"], "/dav/a");
}

#[tokio::test]
async fn a_mount_leaves_alone_what_is_of_the_whole_server() {
    // A client sends the destination as it sees it.
    let destination: Destination = "/dav/people/ann".parse().expect("a destination");
    for (href, seen) in [
        (Href::path("/people/ann").of_server(), "/people/ann"),
        (destination.href(), "/dav/people/ann"),
    ] {
        let written = Written::created(href);
        let service = service_fn(move |_: Request<()>| {
            let answer = written
                .clone()
                .answer(prefer("return=representation"), get());
            async { Ok::<_, Infallible>(answer.await) }
        });
        let app = MultiStatusLayer::new().mounted_at("/dav").layer(service);
        let response = app.oneshot(Request::new(())).await.expect("infallible");
        assert_eq!(response.headers()["content-location"], seen);
        assert_eq!(response.headers()["location"], seen);
    }
}
