//! What a paywall over members counts.

use std::{collections::BTreeMap, convert::Infallible};

use http::{Request, Response, StatusCode};
use statuary::{
    Href, Member, MemberRules, MultiStatus, PaywallLayer, Resource, paywall::FailurePolicy,
    prop::GetContentLength,
};
use tower::{Layer, ServiceExt, service_fn};

use super::counted;
use crate::support::{Body, Obedient, by};

#[test]
fn members_are_counted_by_what_became_of_them() {
    let expected = [
        ("admitted paid", 4),
        ("refused check-unavailable", 2),
        ("refused expired", 3),
        ("refused unidentified", 3),
        ("waived check-unavailable", 1),
        ("waived expired", 2),
        ("waived unidentified", 1),
    ];
    let name = "statuary_members_total";
    let expected = expected.map(|(labels, count)| (format!("{name} {labels}"), count));
    assert_eq!(counted(list_all()), BTreeMap::from(expected));
}

/// Lists members that cost something, in each of several ways.
pub(super) async fn list_all() {
    let listing = |paths: &[&str]| -> MultiStatus {
        let resources = paths.iter();
        let resources =
            resources.map(|path| Resource::new(Href::path(path)).prop(GetContentLength(7)));
        resources.collect()
    };
    let paths = [
        "/",
        "/free/a",
        "/pro/secret-file",
        "/pro/b",
        "/expired/c",
        "/expired/d",
        "/who/e",
    ];
    let layer = || PaywallLayer::new(Obedient);
    let open = layer().on_failure(FailurePolicy::Open);
    for (paywall, paths) in [
        (layer(), &paths[..]),
        (layer().shadow(), &paths[3..]),
        (layer(), &["/fail/a", "/who/b"]),
        (open, &["/fail/a", "/who/b"]),
    ] {
        drop(paywall.members().apply(listing(paths), plan).await);
    }
    let jobs = ["/free/a", "/pro/b", "/expired/c"];
    let jobs = jobs.map(|path| plan(&Href::path(path)));
    drop(layer().members().ask(jobs).await);
    // What it cannot see into.
    let foreign = service_fn(async |_: Request<Body>| {
        let mut response = Response::new(Body::from("secret-account"));
        *response.status_mut() = StatusCode::MULTI_STATUS;
        Ok::<_, Infallible>(response)
    });
    let service = layer()
        .members()
        .layer(|_| MemberRules::new())
        .layer(foreign);
    let response = service.oneshot(by("secret-account")).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// The plan is the name of a member's first folder, and of what the check does.
fn plan(href: &Href<'_>) -> Member<String> {
    match href
        .segments()
        .first()
        .map(|name| String::from_utf8_lossy(name))
    {
        Some(name) if name == "free" => Member::Free,
        Some(name) if name == "who" => Member::Unidentified,
        Some(name) => Member::Costs(name.into_owned()),
        None => Member::Unknown,
    }
}
