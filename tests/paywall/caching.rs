//! What shared caches are told.

use http::{Request, Response, header};
use statuary::{Grant, PaywallLayer};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Always, Obedient, ask, by, headers};

/// The field of a gated response whose inner service answered with these.
fn gated(
    layer: &PaywallLayer<Always>,
    name: &'static str,
    inner: &'static [&'static str],
) -> Vec<String> {
    use futures_util::FutureExt;

    let service = layer.layer(service_fn(async |_: Request<()>| {
        let mut response = Response::builder();
        for value in inner {
            response = response.header(name, *value);
        }
        response.body(())
    }));
    let response = service
        .oneshot(Request::new(()))
        .now_or_never()
        .unwrap()
        .unwrap();
    headers(&response, name)
}

fn admitting() -> PaywallLayer<Always> {
    PaywallLayer::new(Always(Grant::paid().into()))
}

#[test]
fn a_gated_response_is_private() {
    let cache_control = |inner| gated(&admitting(), "cache-control", inner);

    assert_eq!(cache_control(&[]), ["private"]);
    assert_eq!(cache_control(&["max-age=60"]), ["private, max-age=60"]);
    assert_eq!(
        cache_control(&["no-cache", "max-age=0"]),
        ["private, no-cache, max-age=0"]
    );
    assert_eq!(cache_control(&[""]), ["private"]);
}

#[test]
fn a_response_that_says_so_itself_stays_as_it_is() {
    let cache_control = |inner| gated(&admitting(), "cache-control", inner);

    assert_eq!(cache_control(&["private"]), ["private"]);
    assert_eq!(cache_control(&["no-store"]), ["no-store"]);
    assert_eq!(
        cache_control(&["max-age=60,  Private"]),
        ["max-age=60,  Private"]
    );
    assert_eq!(
        cache_control(&["max-age=60", "no-store"]),
        ["max-age=60", "no-store"]
    );
}

#[test]
fn an_invitation_to_shared_caches_is_withdrawn() {
    let cache_control = |inner| gated(&admitting(), "cache-control", inner);

    assert_eq!(
        cache_control(&["public, max-age=60"]),
        ["private, max-age=60"]
    );
    assert_eq!(cache_control(&["PUBLIC"]), ["private"]);
    assert_eq!(
        cache_control(&["s-maxage=600, max-age=60"]),
        ["private, max-age=60"]
    );
    assert_eq!(cache_control(&["S-MaxAge = 600"]), ["private"]);
    assert_eq!(cache_control(&["private, public"]), ["private"]);
    assert_eq!(cache_control(&["no-store", "public"]), ["no-store"]);
}

#[test]
fn a_comma_in_quotes_parts_nothing() {
    let cache_control = |inner| gated(&admitting(), "cache-control", inner);

    assert_eq!(
        cache_control(&[r#"private="a, public""#]),
        [r#"private, private="a, public""#]
    );
    assert_eq!(
        cache_control(&[r#"x="\", no-store, \"""#]),
        [r#"private, x="\", no-store, \"""#]
    );
    assert_eq!(
        cache_control(&[r#"x="a, private"#]),
        [r#"private, x="a, private"#]
    );
}

#[tokio::test]
async fn what_is_no_text_counts_and_is_kept() {
    for (inner, merged) in [
        (
            &b"public, no-store, x=\"\xfc\""[..],
            &b"no-store, x=\"\xfc\""[..],
        ),
        (
            b"max-age=60, x=\"\xa0\"",
            b"private, max-age=60, x=\"\xa0\"",
        ),
        (b"no-store, x=\"\xfc\"", b"no-store, x=\"\xfc\""),
    ] {
        let service = admitting().layer(service_fn(async |_: Request<()>| {
            Response::builder().header("cache-control", inner).body(())
        }));
        let response = service.oneshot(Request::new(())).await.unwrap();
        assert_eq!(response.headers()["cache-control"].as_bytes(), merged);
    }
}

#[test]
fn a_gated_response_varies_on_what_the_check_reads() {
    let vary = |inner| gated(&admitting(), "vary", inner);

    assert_eq!(vary(&[]), ["authorization"]);
    assert_eq!(vary(&["Accept"]), ["Accept", "authorization"]);
    assert_eq!(vary(&["Accept, Authorization"]), ["Accept, Authorization"]);
    assert_eq!(
        vary(&["Accept", " AUTHORIZATION "]),
        ["Accept", " AUTHORIZATION "]
    );
    assert_eq!(vary(&["*"]), ["*"]);
}

#[test]
fn the_owner_says_what_the_check_reads() {
    let keys = [header::COOKIE, header::HeaderName::from_static("x-api-key")];
    let vary = |inner| gated(&admitting().vary(keys.clone()), "vary", inner);

    assert_eq!(vary(&[]), ["cookie, x-api-key"]);
    assert_eq!(vary(&["X-Api-Key"]), ["X-Api-Key", "cookie"]);

    assert!(gated(&admitting().vary([]), "vary", &[]).is_empty());
}

#[tokio::test]
async fn refusals_vary_too() {
    let layer = PaywallLayer::new(Obedient).vary([header::COOKIE]);
    for name in ["expired", "forbidden", "fail"] {
        let response = ask(layer.clone(), by(name)).await;
        assert_eq!(headers(&response, "vary"), ["cookie, accept"], "{name}");
        assert_eq!(headers(&response, "cache-control"), ["no-store"], "{name}");
    }
}

#[test]
fn errors_behind_the_gate_are_private_too() {
    use futures_util::FutureExt;

    let service = admitting().layer(service_fn(async |_: Request<()>| {
        Response::builder().status(404).body(())
    }));
    let response = service
        .oneshot(Request::new(()))
        .now_or_never()
        .unwrap()
        .unwrap();
    assert_eq!(headers(&response, "cache-control"), ["private"]);
}
