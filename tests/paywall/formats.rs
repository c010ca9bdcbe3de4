//! What a refusal is written as, by `Accept` and by method.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use roxmltree::Document;
use statuary::{Denial, PaywallLayer, Reason, subscription::Unanswered};

use crate::support::{
    Always, Obedient, REASONS, ask, behind, by, bytes, header, headers, problem, refused,
    refused_for, whole,
};

const PROBLEM: &str = "application/problem+json";
const XML: &str = "application/xml; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const PAGE: &str = "text/html; charset=utf-8";

async fn chosen(method: &str, accept: &[&str]) -> String {
    let mut request = by("expired");
    *request.method_mut() = method.parse().unwrap();
    for field in accept {
        request
            .headers_mut()
            .append("accept", field.parse().unwrap());
    }
    let response = ask(PaywallLayer::new(Obedient), request).await;
    assert_eq!(response.status(), 402);
    header(&response, "content-type")
}

#[tokio::test]
async fn accept_decides() {
    for (accept, expected) in [
        // What clients send.
        ("*/*", PROBLEM),
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            PAGE,
        ),
        (
            "image/avif,image/webp,image/png,*/*;q=0.8,text/css;q=0.1",
            PROBLEM,
        ),
        ("application/json, text/plain, */*", PROBLEM),
        ("text/html, */*; q=0.01", PAGE),
        ("application/xml", XML),
        ("text/xml", XML),
        ("text/plain", TEXT),
        ("application/json", PROBLEM),
        // Weights.
        ("text/html;q=0.5, text/plain;q=0.6", TEXT),
        ("text/html;q=0.501, text/plain;q=0.5", PAGE),
        ("text/plain;q=1.000, text/html;q=0.999", TEXT),
        ("text/html ; Q=1 , application/xml ; q=0.1", PAGE),
        // What is shut out.
        ("text/html;q=0", PROBLEM),
        ("text/*, text/plain;q=0", PAGE),
        (
            "*/*, application/problem+json;q=0, application/json;q=0",
            XML,
        ),
        ("application/json;q=0, application/problem+json", PROBLEM),
        // The most exact range decides, whatever its weight.
        ("text/*;q=0.9, text/html;q=0.1, application/xml;q=0.5", TEXT),
        ("*/*;q=0.1, text/plain", TEXT),
        ("text/*", TEXT),
        ("application/*", PROBLEM),
        // Letters are letters, large or small.
        ("TEXT/HTML", PAGE),
        ("text/html;charset=\"UTF-8\"", PAGE),
        // No substrings, no parameters that nothing here has.
        ("text/html-sandboxed", PROBLEM),
        ("xtext/html", PROBLEM),
        ("text/html;level=1", PROBLEM),
        ("text/html;charset=latin1, text/plain;q=0.1", TEXT),
        ("x/y;z=\"a, text/html, b\"", PROBLEM),
        // What breaks the grammar is not there.
        ("", PROBLEM),
        (",,,", PROBLEM),
        ("text/html;q", PROBLEM),
        ("text/html;q=", PROBLEM),
        ("text/html;q=2, text/plain;q=0.1", TEXT),
        ("text/html;q=1.001", PROBLEM),
        ("text/html;q=0.1234", PROBLEM),
        ("text/html;q=.5", PROBLEM),
        ("text/html;q=-1", PROBLEM),
        ("text/html;q=0,5", PROBLEM),
        ("*/html", PROBLEM),
        ("*", PROBLEM),
        ("text", PROBLEM),
        ("text/html;x=\"unclosed, text/plain", PROBLEM),
        // Nothing that is here.
        ("image/png", PROBLEM),
    ] {
        assert_eq!(chosen("GET", &[accept]).await, expected, "{accept}");
    }
    assert_eq!(chosen("GET", &[]).await, PROBLEM);
    assert_eq!(
        chosen("GET", &["text/plain;q=0.1", "text/html"]).await,
        PAGE
    );
}

#[tokio::test]
async fn webdav_is_answered_in_xml() {
    for method in [
        "PROPFIND",
        "PROPPATCH",
        "REPORT",
        "MKCOL",
        "LOCK",
        "COPY",
        "ACL",
        "SEARCH",
    ] {
        assert_eq!(chosen(method, &[]).await, XML, "{method}");
        assert_eq!(chosen(method, &["*/*"]).await, XML, "{method}");
        assert_eq!(
            chosen(method, &["application/json"]).await,
            PROBLEM,
            "{method}"
        );
        assert_eq!(chosen(method, &["text/html"]).await, PAGE, "{method}");
    }
    for method in ["GET", "PUT", "DELETE", "POST", "propfind", "BREW"] {
        assert_eq!(chosen(method, &[]).await, PROBLEM, "{method}");
    }
}

proptest! {
    #[test]
    fn no_accept_is_too_odd(accept in "[ -~]{0,80}", more in "(text/(html|plain|\\*)|\\*/\\*|,|;|q=|[0-9.]|\"|\\\\){0,30}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let chosen = runtime.block_on(async { chosen("GET", &[&accept, &more]).await });
        prop_assert!([PROBLEM, XML, TEXT, PAGE].contains(&&*chosen));
    }
}

#[tokio::test]
async fn a_dav_error_names_the_reason_and_the_remedies() {
    let layer = PaywallLayer::new(Obedient)
        .upgrade("https://example.com/plans?a=1&b='2'")
        .top_up("https://example.com/top-up")
        .billing_status("https://example.com/billing");
    for (_, code, status, first) in REASONS {
        let response = refused_for(&layer, code, &[("accept", "application/xml")]).await;
        assert_eq!(response.status(), status);
        let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
        let document = Document::parse(&text).unwrap();
        let error = document.root_element();
        assert!(error.has_tag_name(("DAV:", "error")));
        let conditions: Vec<_> = error.children().collect();
        assert_eq!(conditions.len(), 1, "{text}");
        // The namespace that the members of a 207 name their reasons in.
        let namespace = statuary::members::NAMESPACE;
        assert!(conditions[0].has_tag_name((namespace, code)), "{text}");
        let child = |name| {
            let mut children = conditions[0].children();
            children.find(|child| child.has_tag_name((namespace, name)))
        };
        assert!(child("detail").unwrap().text().is_some());
        assert_eq!(
            child("upgrade").and_then(|link| link.text()),
            first.map(|_| "https://example.com/plans?a=1&b='2'")
        );
        assert_eq!(child("top_up").is_some(), first == Some("top_up"), "{text}");
    }
}

#[tokio::test]
async fn a_terminal_reads_a_few_lines() {
    let layer = PaywallLayer::new(Obedient)
        .top_up("https://example.com/top-up")
        .upgrade("https://example.com/plans");
    let response = refused_for(&layer, "expired", &[("accept", "text/plain")]).await;
    let expected = "The subscription has expired.\nUpgrade: https://example.com/plans\n(expired)\n";
    assert_eq!(bytes(&response), expected);

    let plain = [("accept", "text/plain")];
    let response = refused_for(&layer, "insufficient-balance", &plain).await;
    let expected = "The balance does not cover the price.\n\
                    Top up the balance: https://example.com/top-up\n\
                    Upgrade: https://example.com/plans\n\
                    (insufficient-balance)\n";
    assert_eq!(bytes(&response), expected);

    let response = refused_for(&layer, "fail", &[("accept", "text/plain")]).await;
    let expected = "Whether this is paid for is not known at the moment.\n(check-unavailable)\n";
    assert_eq!(bytes(&response), expected);
    assert_eq!(header(&response, "retry-after"), "5");
}

#[tokio::test]
async fn words_do_no_harm_in_any_form() {
    let hostile = "\u{1b}[2J]]></P:detail>\0<x a='1' b=\"2\">&amp;\r\n\u{FFFE}\u{9b}";
    for accept in ["application/xml", "text/plain", "text/html"] {
        let denial = Denial::new(Reason::Expired).with_detail(hostile);
        let mut request = by("anyone");
        request
            .headers_mut()
            .insert("accept", accept.parse().unwrap());
        let layer = PaywallLayer::new(Always(denial.into()));
        let text = String::from_utf8(bytes(&ask(layer, request).await).to_vec()).unwrap();
        assert!(
            !text.contains(|letter: char| letter.is_control() && letter != '\n' && letter != '\r'),
            "{text:?}"
        );
        if accept != "text/plain" {
            assert!(!text.contains("<x"), "{text}");
        }
        if accept == "application/xml" {
            let document = Document::parse(&text).unwrap();
            let detail = document.root_element().first_element_child().unwrap();
            let read = detail.first_element_child().unwrap().text().unwrap();
            let expected = hostile.replace(['\u{1b}', '\0', '\u{FFFE}', '\u{9b}'], "\u{FFFD}");
            assert_eq!(read, expected);
        }
    }
}

#[tokio::test]
async fn head_has_the_head_of_get() {
    let layer = PaywallLayer::new(Obedient).upgrade("https://example.com/plans");
    for accept in ["*/*", "text/html", "application/xml", "text/plain"] {
        let mut head = by("expired");
        head.headers_mut().insert("accept", accept.parse().unwrap());
        let get = ask(layer.clone(), head.clone()).await;
        *head.method_mut() = http::Method::HEAD;
        let mut response = ask(layer.clone(), head).await;
        assert!(bytes(&response).is_empty());
        let length = response.headers_mut().remove("content-length").unwrap();
        assert_eq!(length.to_str().unwrap(), bytes(&get).len().to_string());
        assert_eq!(response.headers(), get.headers());
        assert!(response.extensions().get::<Denial>().is_some());
    }
}

#[tokio::test]
async fn every_form_is_kept_from_caches_and_leaves_its_cause() {
    for accept in ["*/*", "text/html", "application/xml", "text/plain"] {
        for name in ["expired", "forbidden", "fail"] {
            let layer = PaywallLayer::new(Obedient);
            let response = refused_for(&layer, name, &[("accept", accept)]).await;
            assert_eq!(headers(&response, "cache-control"), ["no-store"]);
            let varies = header(&response, "vary");
            let languages = if accept == "text/html" {
                ", accept-language"
            } else {
                ""
            };
            assert_eq!(varies, format!("authorization, accept{languages}"));
            let extensions = response.extensions();
            assert_eq!(extensions.get::<Unanswered>().is_some(), name == "fail");
            assert_eq!(extensions.get::<Denial>().is_some(), name != "fail");
        }
    }
}

#[tokio::test]
async fn forms_do_not_get_mixed_up() {
    // The same paywall over and over, so that what is rendered once is met.
    let layer = PaywallLayer::new(Obedient);
    let paywall = behind(&layer);
    for round in 0..2 {
        for (_, code, status, _) in REASONS {
            for (accept, content_type) in [
                ("*/*", PROBLEM),
                ("text/html", PAGE),
                ("application/xml", XML),
                ("text/plain", TEXT),
            ] {
                let mut request = by(code);
                request
                    .headers_mut()
                    .insert("accept", accept.parse().unwrap());
                let response = tower::ServiceExt::oneshot(paywall.clone(), request).await;
                let response = whole(response.unwrap()).await;
                assert_eq!(response.status(), status, "{round}");
                assert_eq!(header(&response, "content-type"), content_type);
                let body = bytes(&response);
                let body = std::str::from_utf8(&body).unwrap();
                assert!(body.contains(code), "{body}");
            }
        }
    }
}

#[tokio::test]
async fn retrying_is_told_of_in_so_many_words() {
    let denial = Denial::new(Reason::QuotaExhausted).with_retry_after(Duration::from_millis(1500));
    let document = problem(&refused(|layer| layer, denial).await);
    assert_eq!(document["retryable"], true);
    assert_eq!(document["retry_after"], 2);

    let layer = PaywallLayer::new(Obedient);
    let document = problem(&refused_for(&layer, "fail", &[]).await);
    assert_eq!(document["retryable"], true);
    assert_eq!(document["retry_after"], 5);
    let document = problem(&refused_for(&layer, "expired", &[]).await);
    assert_eq!(document["retryable"], false);
    assert!(document.get("retry_after").is_none());
}

/// What a terminal shows of the facts in a denial.
async fn facts(denial: Denial) -> Vec<String> {
    let layer = PaywallLayer::new(Always(denial.into()));
    let mut request = by("anyone");
    request
        .headers_mut()
        .insert("accept", "text/plain".parse().unwrap());
    let text = String::from_utf8(bytes(&ask(layer, request).await).to_vec()).unwrap();
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines[lines.len() - 1], "(quota-exhausted)");
    lines[1..lines.len() - 1].to_vec()
}

#[tokio::test]
async fn a_terminal_shows_what_helps_a_person() {
    let plain = || Denial::new(Reason::QuotaExhausted);
    let day = Duration::from_secs(86_400);
    let end = SystemTime::UNIX_EPOCH + 59 * day - Duration::from_nanos(1);
    let denial = plain()
        .with_plan("price_1Nw")
        .with_valid_until(end)
        .with_limit(500);
    assert_eq!(facts(denial.clone()).await, ["Valid until: 1970-02-28"]);
    let denial = denial
        .with_remaining(3)
        .with_reset(day)
        .with_retry_after(2 * day);
    assert_eq!(
        facts(denial).await,
        [
            "Valid until: 1970-02-28",
            "Remaining: 3 / 500",
            "Available again in: 1 d"
        ]
    );
    assert_eq!(facts(plain().with_remaining(7)).await, ["Remaining: 7"]);
    for (milliseconds, shown) in [
        (0, "0 s"),
        (1, "1 s"),
        (59_000, "59 s"),
        (59_001, "1 min"),
        (61_000, "1 min 1 s"),
        (3_599_000, "59 min 59 s"),
        (3_599_001, "1 h"),
        (3_600_001, "1 h 1 min"),
        (86_340_000, "23 h 59 min"),
        (86_340_001, "1 d"),
        (86_400_001, "1 d 1 h"),
        (10 * 86_400_000, "10 d"),
        (u64::MAX, "213503982334 d 15 h"),
    ] {
        let delay = Duration::from_millis(milliseconds);
        let line = format!("Available again in: {shown}");
        assert_eq!(facts(plain().with_retry_after(delay)).await, [line]);
    }
}
