//! What is told to a client whose request is not carried out, in the form that it reads.

use std::{convert::Infallible, future::pending};

use futures_util::FutureExt;
use http::{HeaderMap, Method, Request, Response, request::Parts};
use roxmltree::Document;
use statuary::{
    IdempotencyLayer, PaywallLayer,
    challenge::{Page, Problem, Refusal, Terms, Texts, Unclaimed},
    idempotency::MemoryStore,
    subscription::{Unanswered, UnansweredKind},
};
use tower::{Layer, ServiceExt, service_fn};

use super::orders::{layer, post};
use crate::support::{Body, Obedient, bytes, header, headers, problem, whole};

/// All that may be wrong with a request; what is told of it, by HTTP and by gRPC.
const ALL: [(Unclaimed, &str, u16, &str); 6] = [
    (
        Unclaimed::InProgress,
        "idempotency-key-in-progress",
        409,
        "10",
    ),
    (Unclaimed::Invalid, "idempotency-key-invalid", 400, "3"),
    (Unclaimed::Missing, "idempotency-key-missing", 400, "3"),
    (Unclaimed::NotKept, "idempotency-answer-not-kept", 409, "9"),
    (Unclaimed::Reused, "idempotency-key-reused", 422, "9"),
    (
        Unclaimed::Unattributed,
        "idempotency-key-unattributed",
        400,
        "3",
    ),
];

/// Asks a second time, of which this is wrong, in the way that these fields say.
async fn refused(
    unclaimed: Unclaimed,
    layer: IdempotencyLayer<MemoryStore>,
    fields: &[(&'static str, &str)],
) -> Response<Body> {
    let shop = service_fn(async |request: Request<Body>| {
        let body = match request.uri().path() {
            "/hangs" => pending().await,
            "/long" => "long",
            _ => "",
        };
        Ok::<_, Infallible>(Response::new(Body::from(body)))
    });
    let layer = layer.required_for([Method::POST]).largest_answer(3);
    let service = layer.layer(shop);
    let mut first = post("k");
    for (name, value) in fields {
        let value = value.parse().unwrap();
        first.headers_mut().append(*name, value);
    }
    *first.uri_mut() = match unclaimed {
        Unclaimed::InProgress => "/hangs",
        Unclaimed::NotKept => "/long",
        _ => "/orders",
    }
    .parse()
    .unwrap();
    let mut second = first.clone();
    let headers: &mut HeaderMap = second.headers_mut();
    match unclaimed {
        Unclaimed::Invalid => drop(headers.insert("idempotency-key", "a,b".parse().unwrap())),
        Unclaimed::Missing => drop(headers.remove("idempotency-key")),
        Unclaimed::Reused => drop(headers.insert("depth", "0".parse().unwrap())),
        Unclaimed::Unattributed => drop(headers.remove("x-account")),
        _ => {}
    }
    let mut first = Box::pin(service.clone().oneshot(first));
    assert_eq!(
        first.as_mut().now_or_never().is_none(),
        unclaimed == Unclaimed::InProgress
    );
    whole(service.oneshot(second).await.unwrap()).await
}

#[tokio::test]
async fn each_has_its_words_its_status_and_its_cause() {
    for (unclaimed, code, status, _) in ALL {
        let response = refused(unclaimed, layer(), &[]).await;
        assert_eq!(response.status(), status, "{code}");
        let problem = problem(&response);
        assert_eq!(problem["type"], format!("urn:statuary:problem:{code}"));
        assert_eq!(problem["reason"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["title"], unclaimed.title());
        assert_eq!(problem["detail"], unclaimed.to_string());
        let is_retryable = unclaimed == Unclaimed::InProgress;
        assert_eq!(problem["retryable"], is_retryable);
        assert_eq!(problem.get("retry_after").is_some(), is_retryable);
        let wait: &[&str] = if is_retryable { &["1"] } else { &[] };
        assert_eq!(headers(&response, "retry-after"), wait);
        assert_eq!(header(&response, "cache-control"), "no-store");
        assert_eq!(header(&response, "vary"), "authorization, accept");
        assert!(headers(&response, "www-authenticate").is_empty());
        assert_eq!(response.extensions().get(), Some(&unclaimed));
        assert_eq!(unclaimed.code(), code);
    }
}

#[tokio::test]
async fn accept_decides_as_it_does_before_a_paywall() {
    for (unclaimed, code, status, _) in ALL {
        for (accept, content_type) in [
            ("*/*", "application/problem+json"),
            ("text/html", "text/html; charset=utf-8"),
            ("application/xml", "application/xml; charset=utf-8"),
            ("text/plain", "text/plain; charset=utf-8"),
        ] {
            let response = refused(unclaimed, layer(), &[("accept", accept)]).await;
            assert_eq!(response.status(), status);
            assert_eq!(header(&response, "content-type"), content_type);
            assert_eq!(header(&response, "cache-control"), "no-store");
            let body = String::from_utf8(bytes(&response).to_vec()).unwrap();
            assert!(body.contains(code), "{body}");
            let varies = header(&response, "vary");
            match accept {
                "application/xml" => {
                    let document = Document::parse(&body).unwrap();
                    let condition = document.root_element().first_element_child();
                    assert_eq!(condition.unwrap().tag_name().name(), code);
                }
                "text/html" => {
                    assert_eq!(varies, "authorization, accept, accept-language");
                    // What a link would lead to has no key.
                    assert!(!body.contains("<a "), "{body}");
                    continue;
                }
                "text/plain" => assert_eq!(body, format!("{unclaimed}\n({code})\n")),
                _ => {}
            }
            assert_eq!(varies, "authorization, accept");
        }
    }
}

#[tokio::test]
async fn grpc_is_told_by_a_status_of_its_own() {
    for (unclaimed, code, _, grpc) in ALL {
        for dialect in ["application/grpc", "application/grpc-web+proto"] {
            let fields = [("content-type", dialect), ("accept", "text/html")];
            let response = refused(unclaimed, layer(), &fields).await;
            assert_eq!(response.status(), 200, "{code}");
            assert_eq!(header(&response, "content-type"), dialect);
            assert_eq!(header(&response, "grpc-status"), grpc, "{code}");
            assert_eq!(header(&response, "grpc-message"), unclaimed.detail());
            assert_eq!(header(&response, "cache-control"), "no-store");
            assert_eq!(response.extensions().get(), Some(&unclaimed));
            assert!(bytes(&response).is_empty());
        }
    }
}

#[tokio::test]
async fn a_store_that_gives_no_answer_is_14() {
    let unsure = layer();
    let service = unsure.layer(service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    let ask = async |content_type: &str, accept: &str| {
        let mut request = post("k");
        let headers = request.headers_mut();
        headers.insert("x-account", "panic".parse().unwrap());
        headers.insert("content-type", content_type.parse().unwrap());
        headers.insert("accept", accept.parse().unwrap());
        whole(service.clone().oneshot(request).await.unwrap()).await
    };
    let response = ask("application/grpc", "*/*").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "grpc-status"), "14");

    let response = ask("text/plain", "text/html").await;
    assert_eq!(response.status(), 503);
    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    assert_eq!(unanswered.kind(), UnansweredKind::Panicked);
    assert_eq!(unanswered.to_string(), "the idempotency store panicked");
    let page = String::from_utf8(bytes(&response).to_vec()).unwrap();
    assert!(page.contains("503 idempotency-store-unavailable"), "{page}");
    assert!(!page.contains("subscription"), "{page}");
}

#[tokio::test]
async fn scripts_of_other_origins_read_when_to_come_back() {
    let origin = [("origin", "https://shop.example")];
    let exposed = "access-control-expose-headers";
    let response = refused(Unclaimed::InProgress, layer(), &origin).await;
    assert_eq!(headers(&response, exposed), ["retry-after"]);
    let response = refused(Unclaimed::Reused, layer(), &origin).await;
    assert!(headers(&response, exposed).is_empty());
    let response = refused(Unclaimed::InProgress, layer(), &[]).await;
    assert!(headers(&response, exposed).is_empty());
}

#[tokio::test]
async fn they_are_in_the_words_of_the_paywall() {
    let dutch = Texts::new("nl").with_unclaimed(
        Unclaimed::Reused,
        "Al gebruikt",
        "Deze sleutel is al gebruikt.",
    );
    let paywall = PaywallLayer::new(Obedient)
        .problem_base("https://example.com/problems/")
        .vary([http::header::COOKIE])
        .show_grant(false)
        .page(Page::new("Acme").with_texts([dutch, Texts::german()]));
    let behind = || layer().behind(&paywall);

    let response = refused(Unclaimed::Reused, behind(), &[]).await;
    let kind = "https://example.com/problems/idempotency-key-reused";
    assert_eq!(problem(&response)["type"], kind);
    assert_eq!(header(&response, "vary"), "cookie, accept");

    let page = refused(Unclaimed::Reused, behind(), &[("accept", "text/html")]).await;
    let page = String::from_utf8(bytes(&page).to_vec()).unwrap();
    assert!(page.contains("Deze sleutel is al gebruikt.") && page.contains("Acme"));
    let german = [("accept", "text/html"), ("accept-language", "de")];
    let page = refused(Unclaimed::InProgress, behind(), &german).await;
    let page = String::from_utf8(bytes(&page).to_vec()).unwrap();
    assert!(page.contains("Ihre Anfrage wird noch bearbeitet"), "{page}");

    // What is settled here counts for more than what is shared.
    let own = Terms::new().problem_base("urn:own:");
    for layer in [
        behind().terms(own.clone()),
        layer().terms(own).behind(&paywall),
    ] {
        let response = refused(Unclaimed::Reused, layer, &[]).await;
        assert_eq!(problem(&response)["type"], "urn:own:idempotency-key-reused");
        assert_eq!(header(&response, "vary"), "authorization, accept");
    }
}

#[tokio::test]
async fn the_owners_renderer_writes_them_too() {
    let paywall = PaywallLayer::new(Obedient).show_grant(false).renderer(
        |problem: &Problem<'_>, _: &Parts| match problem.refusal() {
            Refusal::Unclaimed(unclaimed) => Some(Response::new(unclaimed.code().into())),
            _ => None,
        },
    );
    for (unclaimed, code, status, grpc) in ALL {
        let behind = || layer().behind(&paywall);
        let response = refused(unclaimed, behind(), &[]).await;
        assert_eq!(response.status(), status);
        assert_eq!(bytes(&response), code);
        assert_eq!(header(&response, "cache-control"), "no-store");
        let fields = [("content-type", "application/grpc")];
        let response = refused(unclaimed, behind(), &fields).await;
        assert_eq!(header(&response, "grpc-status"), grpc);
    }
}

#[tokio::test]
async fn the_page_has_words_for_each_in_every_language() {
    for language in Texts::built_in() {
        let language = language.language().to_owned();
        let mut headings = Vec::new();
        for (unclaimed, ..) in ALL {
            let fields = [("accept", "text/html"), ("accept-language", &language)];
            let page = refused(unclaimed, layer(), &fields).await;
            assert_eq!(header(&page, "content-language"), language);
            let page = String::from_utf8(bytes(&page).to_vec()).unwrap();
            let (_, rest) = page.split_once("<h1>").unwrap();
            let (heading, rest) = rest.split_once("</h1>").unwrap();
            assert!(rest.starts_with("\n<p>"), "{rest}");
            headings.push(heading.to_owned());
        }
        headings.sort_unstable();
        headings.dedup();
        assert_eq!(headings.len(), 3, "{language}: {headings:?}");
    }
}
