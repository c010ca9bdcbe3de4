//! Refusals in a form of the owner's own.

use http::{Request, Response, request::Parts};
use statuary::{
    Denial, PaywallLayer,
    challenge::{Problem, Refusal, RenderProblem},
};

use crate::support::{Body, Obedient, ask, bytes, header, headers, refused_for};

/// Says the opposite of what a refusal has to say.
#[derive(Debug)]
struct Contrary;

impl RenderProblem for Contrary {
    fn render(&self, problem: &Problem<'_>, head: &Parts) -> Option<Response<bytes::Bytes>> {
        match head.uri.path() {
            "/" => Response::builder()
                .status(200)
                .header("cache-control", "public, max-age=60")
                .header("content-length", "7")
                .header("vary", "x-flavour")
                .header("x-reason", problem.code())
                .body(format!("{} {}", problem.title(), problem.links().len()).into())
                .ok(),
            _ => None,
        }
    }
}

#[tokio::test]
async fn the_paywall_keeps_what_is_true_of_every_refusal() {
    let layer = PaywallLayer::new(Obedient)
        .upgrade("https://example.com/plans")
        .renderer(Contrary);
    let response = refused_for(&layer, "expired", &[]).await;
    assert_eq!(response.status(), 402);
    assert_eq!(bytes(&response), "Subscription expired 1");
    assert_eq!(header(&response, "x-reason"), "expired");
    assert_eq!(headers(&response, "cache-control"), ["no-store"]);
    assert_eq!(
        headers(&response, "vary"),
        ["x-flavour", "authorization", "accept"]
    );
    assert!(headers(&response, "content-length").is_empty());
    assert!(header(&response, "link").contains("rel=\"payment\""));
    assert!(response.extensions().get::<Denial>().is_some());

    let response = refused_for(&layer, "fail", &[]).await;
    assert_eq!(response.status(), 503);
    assert_eq!(header(&response, "retry-after"), "5");
}

/// What is wrong with a token ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750#section-3)) is known to who
/// has read it.
#[tokio::test]
async fn it_may_say_what_is_wrong_with_the_credentials() {
    const INVALID: &str = r#"Bearer realm="reports", error="invalid_token""#;
    let layer = PaywallLayer::new(Obedient).renderer(|problem: &Problem<'_>, head: &Parts| {
        let Refusal::Unidentified(_) = problem.refusal() else {
            return None;
        };
        let response = Response::builder();
        let response = match head.uri.path() {
            "/invalid" => response.header("www-authenticate", INVALID),
            _ => response,
        };
        response.body("own".into()).ok()
    });
    for (path, challenge) in [
        ("/invalid", INVALID),
        ("/", r#"Bearer realm="subscription""#),
    ] {
        let stranger = Request::get(path).body(Body::default()).unwrap();
        let response = ask(layer.clone(), stranger).await;
        assert_eq!(response.status(), 401);
        assert_eq!(bytes(&response), "own");
        assert_eq!(headers(&response, "www-authenticate"), [challenge]);
    }
}

#[tokio::test]
async fn a_closure_may_leave_it_to_the_paywall() {
    let layer = PaywallLayer::new(Obedient).renderer(|problem: &Problem<'_>, _: &Parts| {
        let Refusal::Denied(denial) = problem.refusal() else {
            return None;
        };
        let link = Response::builder().header("link", "</own>; rel=\"help\"");
        link.body(denial.reason().code().into()).ok()
    });
    let layer = layer.upgrade("https://example.com/plans");
    let response = refused_for(&layer, "paused", &[]).await;
    assert_eq!(bytes(&response), "paused");
    assert_eq!(header(&response, "link"), "</own>; rel=\"help\"");
    let response = refused_for(&layer, "fail", &[]).await;
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
}

#[tokio::test]
async fn a_renderer_that_panics_has_nothing_to_say() {
    let layer =
        PaywallLayer::new(Obedient).renderer(|_: &Problem<'_>, _: &Parts| panic!("told to"));
    let response = refused_for(&layer, "expired", &[]).await;
    assert_eq!(response.status(), 402);
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
}
