//! What a refusal says, and that nothing said to it does harm.

use http::Request;
use serde_json::json;
use statuary::{
    Denial, PaywallLayer, Reason, Remedies,
    subscription::{InvalidUrl, check_fn},
};
use tower::ServiceExt;

use crate::support::{
    Always, Body, Obedient, REASONS, ask, ask_as, behind, by, bytes, header, headers, problem,
    refused, whole,
};

fn furnished<C>(layer: PaywallLayer<C>) -> PaywallLayer<C> {
    layer
        .billing_status("https://example.com/billing")
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
        assert_eq!(links.len(), 3, "{code}");
        assert_eq!(links[0].0, url, "{code}");
    }
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
#[should_panic(expected = "no base for problem types: unexpected character in URL at byte 3")]
fn a_base_is_checked_at_the_door() {
    let _ = PaywallLayer::new(Obedient).problem_base("urn\r\n");
}

#[test]
#[should_panic(expected = r#"no challenge for WWW-Authenticate: "Basic\r\nX: y""#)]
fn a_challenge_is_checked_at_the_door() {
    let _ = PaywallLayer::new(Obedient).authenticate("Basic\r\nX: y");
}

#[test]
#[should_panic(expected = "no challenge for WWW-Authenticate")]
fn a_challenge_is_not_empty() {
    let _ = PaywallLayer::new(Obedient).authenticate("");
}

#[test]
#[should_panic(expected = "no link for `upgrade`: URL is not an absolute http or https URL")]
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
