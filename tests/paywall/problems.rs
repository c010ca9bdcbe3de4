//! What a refusal says, and that nothing said to it does harm.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use http::Request;
use http_body_util::BodyExt;
use serde_json::json;
use statuary::{
    Denial, PaywallLayer, Reason, Remedies, Unidentified,
    challenge::{Refusal, Unclaimed},
    subscription::{DenialStatus, InvalidUrl, Unanswered, check_fn},
};
use tower::ServiceExt;

use crate::support::{
    Always, Body, Obedient, REASONS, ask, ask_as, behind, by, bytes, header, headers, problem,
    refused, whole,
};

fn furnished<C>(layer: PaywallLayer<C>) -> PaywallLayer<C> {
    layer
        .billing_status("https://example.com/billing")
        .top_up("https://example.com/top-up?a=1&b='2'")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans?a=1&b='2'#top")
}

#[tokio::test]
async fn a_problem_reads_in_this_order() {
    let response = refused(furnished, Denial::new(Reason::PastDue)).await;
    let text = bytes(&response);
    let expected = concat!(
        r#"{"type":"urn:statuary:problem:past-due","title":"Payment past due","status":402,"#,
        r#""detail":"A payment for the subscription is overdue.","reason":"past-due","retryable":false,"#,
        r#""remedies":{"update_payment_method":"https://example.com/billing/card","#,
        r#""billing_status":"https://example.com/billing","#,
        r#""upgrade":"https://example.com/plans?a=1&b='2'#top"}}"#,
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_balance_that_is_too_low_is_topped_up() {
    let response = refused(furnished, Denial::new(Reason::InsufficientBalance)).await;
    assert_eq!(response.status(), 402);
    let expected = concat!(
        r#"{"type":"urn:statuary:problem:insufficient-balance","title":"Insufficient balance","#,
        r#""status":402,"detail":"The balance does not cover the price.","#,
        r#""reason":"insufficient-balance","retryable":false,"#,
        r#""remedies":{"top_up":"https://example.com/top-up?a=1&b='2'","#,
        r#""upgrade":"https://example.com/plans?a=1&b='2'#top","#,
        r#""update_payment_method":"https://example.com/billing/card","#,
        r#""billing_status":"https://example.com/billing"}}"#,
    );
    assert_eq!(bytes(&response), expected);
    let (url, relation, title) = &links(&header(&response, "link"))[0];
    assert_eq!(url, "https://example.com/top-up?a=1&b='2'");
    assert_eq!(relation, "payment");
    assert_eq!(title, "Top up the balance");
}

#[tokio::test]
async fn without_remedies_there_are_none() {
    let response = ask_as("expired").await;
    assert_eq!(
        problem(&response),
        json!({
            "type": "urn:statuary:problem:expired",
            "title": "Subscription expired",
            "status": 402,
            "detail": "The subscription has expired.",
            "reason": "expired",
            "retryable": false,
        })
    );
    assert!(headers(&response, "link").is_empty());
}

#[tokio::test]
async fn the_first_link_is_the_most_fitting_one() {
    for (reason, code, _, first) in REASONS {
        let response = refused(furnished, reason.into()).await;
        let document = problem(&response);
        assert_eq!(document["reason"], code);
        let Some(first) = first else {
            assert!(document.get("remedies").is_none());
            assert!(headers(&response, "link").is_empty());
            continue;
        };
        let url = document["remedies"][first].as_str().unwrap();
        let links = links(&header(&response, "link"));
        // Nothing else is mended by topping up.
        let all = 3 + usize::from(first == "top_up");
        assert_eq!(links.len(), all, "{code}");
        assert_eq!(links[0].0, url, "{code}");
    }
}

#[tokio::test]
async fn what_no_payment_opens_has_no_links_but_its_own() {
    let forbidden = Denial::new(Reason::NotInPlan).with_status(DenialStatus::Forbidden);
    let response = refused(furnished, forbidden.clone()).await;
    assert_eq!(response.status(), 403);
    assert!(headers(&response, "link").is_empty());
    let document = problem(&response);
    assert_eq!(document["reason"], "not-in-plan");
    assert!(document.get("remedies").is_none());

    let own = Remedies::new().with_upgrade("https://example.com/sales");
    let response = refused(furnished, forbidden.with_remedies(own.unwrap())).await;
    assert_eq!(links(&header(&response, "link")).len(), 1);
}

#[tokio::test]
async fn links_say_where_payment_is_taken() {
    let response = refused(furnished, Denial::new(Reason::Expired)).await;
    let expected = [
        (
            "https://example.com/plans?a=1&b='2'#top",
            "payment",
            "Upgrade",
        ),
        (
            "https://example.com/billing/card",
            "payment",
            "Update the payment method",
        ),
        (
            "https://example.com/billing",
            "related",
            "Check the billing status",
        ),
    ];
    let expected = expected.map(|(url, rel, title)| (url.into(), rel.into(), title.into()));
    assert_eq!(links(&header(&response, "link")), expected);
}

#[tokio::test]
async fn a_denial_may_bring_its_own_words_and_links() {
    let session = Remedies::new()
        .with_update_payment_method("https://billing.example/session/s3cret")
        .unwrap();
    let denial = Denial::new(Reason::Unpaid)
        .with_detail("Card ending in 4242 was declined")
        .with_remedies(session);
    assert!(!format!("{denial:?}").contains("s3cret"), "{denial:?}");

    let layer = furnished(PaywallLayer::new(Always(denial.into())));
    let response = ask(layer, by("anyone")).await;
    let document = problem(&response);
    assert_eq!(document["detail"], "Card ending in 4242 was declined");
    assert_eq!(document["title"], "Subscription unpaid");
    assert_eq!(
        document["remedies"],
        json!({ "update_payment_method": "https://billing.example/session/s3cret" })
    );
    assert_eq!(links(&header(&response, "link")).len(), 1);
}

#[tokio::test]
async fn what_one_caller_is_told_does_not_stick() {
    let own = "https://billing.example/session";
    let check = check_fn(
        |head| Ok(head.uri.path().to_owned()),
        move |path: String| async move {
            let denial = Denial::new(Reason::Unpaid);
            Ok::<_, InvalidUrl>(match path.as_str() {
                "/own-words" => denial.with_detail("own words").into(),
                "/own-links" => {
                    let links = Remedies::new().with_upgrade(own)?;
                    denial.with_remedies(links).into()
                }
                "/expired" => Reason::Expired.into(),
                _ => denial.into(),
            })
        },
    );
    let layer = PaywallLayer::new(check).upgrade("https://example.com/plans");
    let paywall = behind(&layer);

    let plain = [Reason::Unpaid.detail(), "https://example.com/plans"];
    for (path, expected) in [
        ("/own-words", ["own words", plain[1]]),
        ("/own-links", [plain[0], own]),
        ("/plain", plain),
        ("/expired", [Reason::Expired.detail(), plain[1]]),
        ("/own-words", ["own words", plain[1]]),
        ("/own-links", [plain[0], own]),
        ("/plain", plain),
    ] {
        let request = Request::get(path).body(Body::default()).unwrap();
        let response = whole(paywall.clone().oneshot(request).await.unwrap()).await;
        let document = problem(&response);
        assert_eq!(document["detail"], expected[0], "{path}");
        assert_eq!(document["remedies"]["upgrade"], expected[1], "{path}");
        let links = links(&header(&response, "link"));
        assert_eq!(links[0].0, expected[1], "{path}");
    }
}

/// 2026-03-01T00:00:00Z, as the command `date` has it.
const MARCH: u64 = 1_772_323_200;

fn used_up() -> Denial {
    Denial::new(Reason::QuotaExhausted)
        .with_plan("pro")
        .with_valid_until(SystemTime::UNIX_EPOCH + Duration::from_secs(MARCH))
        .with_limit(500)
        .with_remaining(3)
        .with_reset(Duration::from_millis(3_599_001))
        .with_violated_policies(["daily", "monthly"])
        .with_retry_after(Duration::from_secs(86_400))
}

#[tokio::test]
async fn what_is_known_of_the_quota_is_told() {
    let response = refused(|layer| layer, used_up()).await;
    assert_eq!(response.status(), 402);
    let expected = concat!(
        r#"{"type":"urn:statuary:problem:quota-exhausted","title":"Quota exhausted","status":402,"#,
        r#""detail":"The quota is used up.","reason":"quota-exhausted","#,
        r#""retryable":true,"retry_after":86400,"plan":"pro","valid_until":"2026-03-01T00:00:00Z","#,
        r#""limit":500,"remaining":3,"reset":3600,"violated-policies":["daily","monthly"]}"#,
    );
    assert_eq!(bytes(&response), expected);
    assert_eq!(header(&response, "retry-after"), "86400");
    assert_eq!(response.extensions().get::<Denial>(), Some(&used_up()));
}

#[tokio::test]
async fn each_fact_stands_by_itself() {
    let plain = || Denial::new(Reason::Expired);
    let end = SystemTime::UNIX_EPOCH - Duration::from_millis(1);
    for (denial, member, value) in [
        (
            plain().with_plan("a \"b\" \r\n"),
            "plan",
            json!("a \"b\" \r\n"),
        ),
        (
            plain().with_valid_until(end),
            "valid_until",
            json!("1969-12-31T23:59:59Z"),
        ),
        (plain().with_limit(u64::MAX), "limit", json!(u64::MAX)),
        (plain().with_remaining(0), "remaining", json!(0)),
        (
            plain().with_reset(Duration::from_nanos(1)),
            "reset",
            json!(1),
        ),
        (
            plain().with_violated_policies(["a"]),
            "violated-policies",
            json!(["a"]),
        ),
    ] {
        let response = refused(|layer| layer, denial).await;
        let mut document = problem(&response);
        let document = document.as_object_mut().unwrap();
        assert_eq!(document.remove(member), Some(value));
        assert_eq!(document.len(), 6, "{member}");
        assert!(headers(&response, "retry-after").is_empty(), "{member}");
    }
}

#[tokio::test]
async fn what_is_known_of_one_caller_is_not_told_to_another() {
    let check = check_fn(
        |head| Ok(head.uri.path().to_owned()),
        |path: String| async move {
            let denial = Denial::new(Reason::Expired);
            Ok::<_, InvalidUrl>(match path.as_str() {
                "/plain" => denial.into(),
                path => denial
                    .with_plan(path)
                    .with_limit(path.len() as u64)
                    .with_remaining(7)
                    .into(),
            })
        },
    );
    let answer = async |layer: &PaywallLayer<_>, path: &str, accept: &str| {
        let request = Request::get(path).header("accept", accept);
        let request = request.body(Body::default()).unwrap();
        let (head, body) = ask(layer.clone(), request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.headers, String::from_utf8(body.to_vec()).unwrap())
    };
    for (accept, shown) in [
        ("application/json", true),
        ("text/html", true),
        ("text/plain", true),
        ("application/xml", false),
    ] {
        for order in [["/plain", "/a"], ["/a", "/plain"]] {
            // One that has rendered nothing yet.
            let layer = furnished(PaywallLayer::new(check));
            for path in order.into_iter().chain(["/bcd", "/plain"]) {
                let (headers, text) = answer(&layer, path, accept).await;
                // The head is the same for all.
                assert_eq!(
                    headers,
                    answer(&layer, "/plain", accept).await.0,
                    "{accept}"
                );
                let quota = match accept {
                    "application/json" => {
                        [r#""limit":2,"remaining":7"#, r#""limit":4,"remaining":7"#]
                    }
                    _ => ["7 / 2", "7 / 4"],
                };
                let told = quota.map(|quota| text.contains(quota));
                let expected = [path == "/a" && shown, path == "/bcd" && shown];
                assert_eq!(told, expected, "{accept} {path}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_denial_may_choose_its_status() {
    for (status, code) in [
        (DenialStatus::Forbidden, 403),
        (DenialStatus::PaymentRequired, 402),
        (DenialStatus::TooManyRequests, 429),
    ] {
        for denial in [Denial::new(Reason::QuotaExhausted), used_up()] {
            let denial = denial.with_status(status);
            assert_eq!(denial.status(), code);
            assert_eq!(status.status(), code);
            let waits = denial.retry_after().is_some();
            let response = refused(furnished, denial).await;
            assert_eq!(response.status(), code);
            let document = problem(&response);
            assert_eq!(document["status"], code);
            assert_eq!(document["reason"], "quota-exhausted");
            assert_eq!(document["retryable"], waits);
            // Only where waiting helps.
            assert_eq!(headers(&response, "retry-after").len(), usize::from(waits));
            assert_eq!(header(&response, "cache-control"), "no-store");
        }
    }
    // What one denial has chosen does not stick.
    assert_eq!(ask_as("quota-exhausted").await.status(), 402);
}

#[tokio::test]
async fn hostile_words_stay_words() {
    for detail in [
        "\"}, \"status\": 200, {\"",
        "\r\nSet-Cookie: paid=yes\r\n\r\n",
        "\0\u{1}\u{1b}[31m\u{7f}\u{2028}",
        "</script><script>alert(1)</script>",
        "\\\"\\u0000",
        "ünïcödé 💸 \u{202e}dlog",
        "",
    ] {
        let response = refused(furnished, Denial::new(Reason::Expired).with_detail(detail)).await;
        let document = problem(&response);
        assert_eq!(document["detail"], detail);
        assert_eq!(document["status"], 402);
        assert_eq!(document.as_object().unwrap().len(), 7);
        assert!(headers(&response, "set-cookie").is_empty());
        assert!(!bytes(&response).iter().any(|byte| *byte < b' '));
    }
}

#[tokio::test]
async fn the_owner_may_name_the_problems() {
    let layer = PaywallLayer::new(Obedient).problem_base("https://example.com/problems/");
    let document = problem(&ask(layer, by("unpaid")).await);
    assert_eq!(document["type"], "https://example.com/problems/unpaid");
}

#[test]
#[should_panic(expected = "not a base for problem types: unexpected character in URL at byte 3")]
fn a_base_is_checked_at_the_door() {
    let _ = PaywallLayer::new(Obedient).problem_base("urn\r\n");
}

#[test]
#[should_panic(expected = r#"not a challenge for `WWW-Authenticate`: "Basic\r\nX: y""#)]
fn a_challenge_is_checked_at_the_door() {
    let _ = PaywallLayer::new(Obedient).authenticate("Basic\r\nX: y");
}

#[test]
#[should_panic(expected = "not a challenge for `WWW-Authenticate`")]
fn a_challenge_is_not_empty() {
    let _ = PaywallLayer::new(Obedient).authenticate("");
}

#[test]
#[should_panic(expected = "not a link for `upgrade`: URL is not an absolute http or https URL")]
fn a_link_is_checked_at_the_door() {
    let _ = PaywallLayer::new(Obedient).upgrade("/plans");
}

/// Reads a `Link` field by the grammar of RFC 8288: target, relation, title.
fn links(field: &str) -> Vec<(String, String, String)> {
    let mut rest = field;
    let mut links = Vec::new();
    loop {
        rest = rest.strip_prefix('<').expect("a target opens a link");
        let (target, after) = rest.split_once('>').expect("a target ends");
        rest = after;
        let mut parameter = |name: &str| {
            let opening = format!("; {name}=\"");
            let quoted = rest.strip_prefix(&opening).expect("a parameter, quoted");
            let (value, after) = quoted.split_once('"').expect("a quoted string ends");
            rest = after;
            value.to_owned()
        };
        links.push((target.to_owned(), parameter("rel"), parameter("title")));
        if rest.is_empty() {
            return links;
        }
        rest = rest.strip_prefix(", ").expect("a comma parts two links");
    }
}

#[tokio::test]
async fn a_refusal_says_what_the_error_inside_says() {
    let response = ask_as("fail").await;
    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    let denial = Denial::new(Reason::Unpaid).with_detail("two invoices are open");
    for (refusal, sentence, has_source) in [
        (Refusal::Denied(denial), "two invoices are open", false),
        (
            Refusal::Unanswered(unanswered.clone()),
            "the subscription check failed",
            true,
        ),
        (
            Refusal::Unidentified(Unidentified),
            "the caller is not known",
            false,
        ),
        (
            Refusal::Unclaimed(Unclaimed::Missing),
            Unclaimed::Missing.detail(),
            false,
        ),
    ] {
        assert_eq!(refusal.to_string(), sentence);
        assert_eq!(refusal.source().is_some(), has_source, "{refusal}");
    }
}
