//! Links are checked where they enter.

use statuary::{Reason, Remedies, subscription::Remedy};

#[track_caller]
fn refuses(url: &str, sentence: &str) {
    let error = Remedies::new().with_upgrade(url).unwrap_err();
    assert_eq!(error.to_string(), sentence, "{url:?}");
}

#[track_caller]
fn takes(url: &str) {
    let remedies = Remedies::new().with_upgrade(url).unwrap();
    assert_eq!(remedies.get(Remedy::Upgrade), Some(url));
}

#[test]
fn good_links_stay_as_they_are() {
    takes("https://example.com");
    takes("http://localhost:3000/plans");
    takes("HTTPS://Example.COM/Plans");
    takes("https://[::1]:8443/plans");
    takes("https://example.com/p/~a;b=1,2/%7E?q=a+b&c='d'#card");
    takes("https://xn--bcher-kva.example/p%C3%A4ne?to=a@b");
}

#[test]
fn links_with_stray_characters_are_refused() {
    refuses(
        "https://example.com/\r\nX: y",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/a b",
        "unexpected character in URL at byte 21",
    );
    refuses(
        "https://example.com/\"",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/<a>",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/a>; rel=\"x\"",
        "unexpected character in URL at byte 21",
    );
    refuses(
        "https://example.com/\\",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/ä",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/%",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/%4",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/%zz",
        "unexpected character in URL at byte 20",
    );
    refuses(
        "https://example.com/\0",
        "unexpected character in URL at byte 20",
    );
    refuses(
        " https://example.com/",
        "unexpected character in URL at byte 0",
    );
}

#[test]
fn links_that_lead_nowhere_are_refused() {
    let sentence = "URL is not an absolute http or https URL";
    for url in [
        "",
        "/billing",
        "//example.com/billing",
        "example.com",
        "example.com:443",
        "billing?x=https://example.com",
        "javascript:alert(1)",
        "data:text/html,paid",
        "mailto:billing@example.com",
        "ftp://example.com/",
        "https://",
        "https:///plans",
        "https://:443/",
        "https:example.com",
        "*",
    ] {
        refuses(url, sentence);
    }
}

#[test]
fn links_never_carry_a_password() {
    refuses("https://alice:secret@example.com/", "credentials in URL");
    refuses("https://alice@example.com/", "credentials in URL");
}

#[test]
fn links_never_show_their_secrets() -> Result<(), Box<dyn std::error::Error>> {
    let remedies = Remedies::new()
        .with_billing_status("https://billing.example/session/s3cret")?
        .with_top_up("https://billing.example/top-up/s3cret")?
        .with_update_payment_method("https://billing.example?key=s3cret")?
        .with_upgrade("https://billing.example#s3cret")?;
    let shown = format!("{remedies:?}");
    assert_eq!(
        shown.matches("https://billing.example\"").count(),
        4,
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
    Ok(())
}

#[test]
fn the_fitting_links_are_those_that_exist() -> Result<(), Box<dyn std::error::Error>> {
    let remedies = Remedies::new()
        .with_billing_status("https://example.com/b")?
        .with_top_up("https://example.com/t")?
        .with_upgrade("https://example.com/u")?;
    let fitting = |reason| remedies.fitting(reason).collect::<Vec<_>>();

    let billing = (Remedy::BillingStatus, "https://example.com/b");
    let top_up = (Remedy::TopUp, "https://example.com/t");
    let upgrade = (Remedy::Upgrade, "https://example.com/u");
    assert_eq!(fitting(Reason::Expired), [upgrade, billing]);
    assert_eq!(
        fitting(Reason::InsufficientBalance),
        [top_up, upgrade, billing]
    );
    assert_eq!(fitting(Reason::PastDue), [billing, upgrade]);
    assert_eq!(fitting(Reason::Forbidden), []);
    Ok(())
}
