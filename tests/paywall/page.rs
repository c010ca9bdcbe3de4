//! The page that a person sees.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use roxmltree::{Document, Node, ParsingOptions};
use statuary::{
    Denial, PaywallLayer, Reason, Remedies,
    challenge::{Accent, Page, Texts},
    subscription::{DenialStatus, Remedy},
};

use crate::{
    any_text::any_text,
    support::{Always, Obedient, ask, by, bytes, header, refused_for},
};

const HTML: (&str, &str) = ("accept", "text/html");

/// The page as a tree, by an XML parser: its empty elements are closed.
fn parse(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    Document::parse_with_options(text, options).unwrap()
}

fn all<'a>(document: &'a Document<'_>, name: &'static str) -> Vec<Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes.filter(|node| node.has_tag_name(name)).collect()
}

fn furnished(page: Page) -> PaywallLayer<Obedient> {
    PaywallLayer::new(Obedient)
        .billing_status("https://example.com/billing")
        .top_up("https://example.com/top-up")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans?a=1&b='2'")
        .page(page)
}

async fn shown(layer: &PaywallLayer<Obedient>, name: &str) -> String {
    let response = refused_for(layer, name, &[HTML]).await;
    String::from_utf8(bytes(&response).to_vec()).unwrap()
}

#[tokio::test]
async fn it_says_what_is_wrong_and_what_helps_most() {
    let page = Page::new("Acme & Co")
        .with_logo("https://example.com/logo.svg")
        .unwrap();
    let page = page.with_support("mailto:help@example.com").unwrap();
    let text = shown(&furnished(page), "past-due").await;
    let document = parse(&text);

    let title = all(&document, "title")[0].text().unwrap();
    assert_eq!(title, "Your payment is overdue · Acme & Co");
    let main = all(&document, "main");
    assert_eq!(main.len(), 1);
    let headings = all(&document, "h1");
    assert_eq!(headings.len(), 1);
    assert_eq!(headings[0].parent(), Some(main[0]));
    let links: Vec<_> = all(&document, "a")
        .into_iter()
        .map(|link| {
            let class = link.attribute("class").unwrap_or_default();
            (class, link.attribute("href").unwrap(), link.text().unwrap())
        })
        .collect();
    let expected = [
        (
            "primary",
            "https://example.com/billing/card",
            "Update payment method",
        ),
        ("", "https://example.com/billing", "View billing"),
        ("", "https://example.com/plans?a=1&b='2'", "Choose a plan"),
        ("", "mailto:help@example.com", "Contact support"),
    ];
    assert_eq!(links, expected);
    let picture = all(&document, "img")[0];
    assert_eq!(
        picture.attribute("src"),
        Some("https://example.com/logo.svg")
    );
    assert_eq!(picture.attribute("alt"), Some(""));
    assert_eq!(all(&document, "code")[0].text(), Some("402 past-due"));
    for absent in ["script", "form", "iframe", "link", "base", "input"] {
        assert!(all(&document, absent).is_empty(), "{absent}");
    }
    let handlers = document.descendants().flat_map(|node| node.attributes());
    assert!(
        !handlers
            .into_iter()
            .any(|attribute| attribute.name().starts_with("on"))
    );
}

#[tokio::test]
async fn a_balance_that_is_too_low_has_a_button_of_its_own() {
    let text = shown(&furnished(Page::new("Acme")), "insufficient-balance").await;
    let document = parse(&text);
    let heading = all(&document, "h1")[0].text();
    assert_eq!(heading, Some("Your balance is too low"));
    let links = all(&document, "a");
    assert_eq!(links.len(), 4);
    assert_eq!(links[0].attribute("class"), Some("primary"));
    let top_up = links[0].attribute("href");
    assert_eq!(top_up, Some("https://example.com/top-up"));
    assert_eq!(links[0].text(), Some("Top up balance"));
}

#[tokio::test]
async fn strangers_are_shown_where_to_sign_in() {
    let page = Page::new("Acme").with_sign_in("/login?next=/").unwrap();
    let mut stranger = by("nobody");
    stranger.headers_mut().clear();
    stranger
        .headers_mut()
        .insert("accept", "text/html".parse().unwrap());
    let response = ask(furnished(page), stranger).await;
    assert_eq!(response.status(), 401);
    let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
    let document = parse(&text);
    let links = all(&document, "a");
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].attribute("href"), Some("/login?next=/"));
}

#[tokio::test]
async fn nothing_is_sold_by_a_403() {
    let denial = Denial::new(Reason::NotInPlan).with_status(DenialStatus::Forbidden);
    let page = Page::new("Acme").with_support("/help").unwrap();
    let layer = PaywallLayer::new(Always(denial.into()))
        .upgrade("https://example.com/plans")
        .page(page);
    let mut request = by("anyone");
    let html = "text/html".parse().unwrap();
    request.headers_mut().insert("accept", html);
    let response = ask(layer, request).await;
    assert_eq!(response.status(), 403);
    let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
    let document = parse(&text);
    let heading = all(&document, "h1")[0].text();
    assert_eq!(heading, Some("You don’t have access to this page"));
    assert!(!text.contains("Move to a plan"), "{text}");
    let links = all(&document, "a");
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].attribute("href"), Some("/help"));
    assert_eq!(all(&document, "code")[0].text(), Some("403 not-in-plan"));
}

#[tokio::test]
async fn where_nothing_helps_somebody_may() {
    let page = Page::new("Acme").with_support("/help").unwrap();
    let text = shown(&furnished(page), "forbidden").await;
    let document = parse(&text);
    let links = all(&document, "a");
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].attribute("class"), Some("primary"));

    let text = shown(&PaywallLayer::new(Obedient), "forbidden").await;
    assert!(all(&parse(&text), "nav").is_empty());
}

#[tokio::test]
async fn a_browser_lets_nothing_in_but_the_style_and_the_picture() {
    for (logo, source) in [
        (None, "'none'"),
        (Some("/logo.svg"), "'self'"),
        (
            Some("https://cdn.example:8443/a/logo.svg?x=1"),
            "https://cdn.example:8443",
        ),
    ] {
        let page = Page::new("Acme");
        let page = match logo {
            Some(logo) => page.with_logo(logo).unwrap(),
            None => page,
        };
        let response = refused_for(&furnished(page), "expired", &[HTML]).await;
        let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
        let document = parse(&text);
        let styles = all(&document, "style");
        assert_eq!(styles.len(), 1);
        let hash = BASE64_STANDARD.encode(hmac_sha256::Hash::hash(
            styles[0].text().unwrap().as_bytes(),
        ));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src {source}; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
        assert_eq!(header(&response, "content-security-policy"), policy);
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    }
}

#[test]
fn links_are_checked_at_the_door() {
    let sentence = "URL is neither a path nor an absolute http or https URL";
    let or_mail = "URL is neither a path, nor an absolute http or https URL, nor a mailto URL";
    for url in [
        "",
        "logo.svg",
        "//example.com/x",
        "javascript:alert(1)",
        "data:image/png,x",
        "https://a;b/",
    ] {
        let error = Page::new("").with_logo(url).unwrap_err();
        assert_eq!(error.to_string(), sentence, "{url}");
        assert!(Page::new("").with_sign_in(url).is_err(), "{url}");
        let error = Page::new("").with_support(url).unwrap_err();
        assert_eq!(error.to_string(), or_mail, "{url}");
    }
    let error = Page::new("").with_support("help@shop.example").unwrap_err();
    assert_eq!(error.to_string(), or_mail);
    let error = Page::new("").with_logo("/a\"b").unwrap_err();
    assert_eq!(error.to_string(), "unexpected character in URL at byte 2");
    assert!(
        Page::new("")
            .with_support("mailto:a@b.example?subject=x")
            .is_ok()
    );
    assert!(Page::new("").with_support("mailto:a\"b").is_err());
}

#[test]
fn an_accent_is_checked_at_the_door() {
    for wrong in [
        "", "#", "green", "0a7d4f", "#12", "#12345", "#1234567", "#12345g", "#ééé", "#+12",
    ] {
        let error = wrong.parse::<Accent>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "color is not `#` and three or six hexadecimal digits"
        );
    }
    assert_eq!("#0Af".parse(), Ok(Accent::rgb(0x00, 0xaa, 0xff)));
}

/// The colours of a scheme: what follows each name in the style.
fn color(scheme: &str, name: &str) -> [f64; 3] {
    let start = scheme.find(&format!("--{name}:#")).unwrap() + name.len() + 4;
    [0, 2, 4].map(|at| {
        let digits = &scheme[start + at..start + at + 2];
        f64::from(u8::from_str_radix(digits, 16).unwrap())
    })
}

/// The contrast ratio, as WCAG 2.2 defines it.
fn contrast(one: [f64; 3], two: [f64; 3]) -> f64 {
    let luminance = |color: [f64; 3]| {
        let [red, green, blue] = color.map(|channel| {
            let channel = channel / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(future)
}

proptest! {
    #[test]
    fn every_accent_can_be_read(red: u8, green: u8, blue: u8) {
        let page = Page::new("Acme").with_accent(Accent::rgb(red, green, blue));
        let text = block_on(shown(&furnished(page), "expired"));
        let (light, dark) = text.split_once("prefers-color-scheme:dark").unwrap();
        for scheme in [light, dark] {
            for (one, other, least) in [
                ("ink", "card", 7.0),
                ("ink", "ground", 7.0),
                ("quiet", "card", 4.5),
                ("quiet", "ground", 4.5),
                ("link", "card", 4.5),
                ("link", "ground", 4.5),
                ("on-accent", "accent", 4.5),
                ("accent", "card", 3.0),
            ] {
                let found = contrast(color(scheme, one), color(scheme, other));
                prop_assert!(found >= least, "{} on {}: {}", one, other, found);
            }
        }
    }

    #[test]
    fn nothing_said_gets_out_of_its_element(name in any_text(), heading in ".*", detail in "(?s).{1,40}", label in "[<>&'\"a-z/ ]*") {
        let texts = Texts::english()
            .with_reason(Reason::Expired, heading.clone(), "")
            .with_remedy(Remedy::Upgrade, label.clone());
        let remedies = Remedies::new().with_upgrade("https://example.com/?a=1&b='2'").unwrap();
        let denial = Denial::new(Reason::Expired).with_detail(&*detail).with_remedies(remedies);
        let layer = PaywallLayer::new(Always(denial.into()))
            .page(Page::new(name.clone()).with_texts([texts]));
        let mut request = by("anyone");
        request.headers_mut().insert("accept", "text/html".parse().unwrap());
        let response = block_on(ask(layer, request));
        let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
        let document = parse(&text);

        // The same elements as ever, with the words in them.
        let expected = |words: &str| words.replace(|letter: char| {
            let kept = matches!(letter, '\t' | '\n' | '\r');
            (letter.is_control() && !kept) || matches!(letter, '\u{FFFE}' | '\u{FFFF}')
        }, "\u{FFFD}");
        let body = all(&document, "body")[0];
        let elements: Vec<_> = body
            .descendants()
            .filter(Node::is_element)
            .map(|node| node.tag_name().name())
            .collect();
        let header: &[_] = if name.is_empty() { &[] } else { &["header", "p"] };
        let rest = ["main", "h1", "p", "nav", "ul", "li", "a", "footer", "p", "code"];
        prop_assert_eq!(&elements[1..], [header, &rest].concat());
        let words = |name| all(&document, name)[0].text().unwrap_or_default().to_owned();
        if !name.is_empty() {
            prop_assert_eq!(words("p"), expected(&name));
        }
        prop_assert_eq!(words("h1"), expected(&heading));
        prop_assert_eq!(words("a"), expected(&label));
        let main = all(&document, "main")[0];
        let paragraph = main.children().find(|node| node.has_tag_name("p")).unwrap();
        prop_assert_eq!(paragraph.text().unwrap_or_default(), expected(&detail));
    }
}

#[tokio::test]
async fn it_tells_what_is_known_of_the_quota() {
    let denial = Denial::new(Reason::QuotaExhausted)
        .with_plan("price_1Nw")
        .with_valid_until(SystemTime::UNIX_EPOCH)
        .with_limit(500)
        .with_remaining(0)
        .with_reset(Duration::from_secs(90_000));
    let mut said = HashSet::new();
    let dutch = Texts::new("nl")
        .with_valid_until("Geldig tot")
        .with_remaining("Over")
        .with_wait("Weer beschikbaar over");
    for texts in Texts::built_in().chain([dutch]) {
        let page = Page::new("Acme").with_texts([texts]);
        let layer = PaywallLayer::new(Always(denial.clone().into())).page(page);
        let mut request = by("anyone");
        request
            .headers_mut()
            .insert(HTML.0, HTML.1.parse().unwrap());
        let text = String::from_utf8(bytes(&ask(layer, request).await).to_vec()).unwrap();
        let document = parse(&text);
        let facts: Vec<_> = all(&document, "dd")
            .into_iter()
            .map(|fact| fact.text().unwrap())
            .collect();
        assert_eq!(facts, ["1970-01-01", "0 / 500", "1 d 1 h"]);
        for label in all(&document, "dt") {
            said.insert(label.text().unwrap().to_owned());
        }
        // What only the owner's programs know is not shown.
        assert!(!text.contains("price_1Nw"), "{text}");
    }
    // Spanish and Portuguese have one word in common.
    assert_eq!(said.len(), 3 * 7 - 1, "{said:?}");
}

#[tokio::test]
async fn what_is_not_known_is_not_shown() {
    let text = shown(&furnished(Page::default()), "quota-exhausted").await;
    assert!(!text.contains("<dl>"), "{text}");
}

/// A quota may be anybody's, and a larger plan raises none that only waiting helps with.
#[tokio::test]
async fn where_only_waiting_helps_no_plan_is_spoken_of() {
    let plans = [
        "plan",
        "abo",
        "tarif",
        "formule",
        "プラン",
        "suscripción",
        "assinatura",
    ];
    let mut said = HashSet::new();
    let dutch = Texts::new("nl").with_too_many_requests("Te veel", "Even geduld.");
    for texts in Texts::built_in().chain([dutch]) {
        let language = texts.language().to_owned();
        let layer = |denial: Denial| {
            let layer = PaywallLayer::new(Always(denial.into()));
            layer.page(Page::new("Acme").with_texts([texts.clone()]))
        };
        let shown = async |denial| {
            let mut request = by("anyone");
            let html = HTML.1.parse().unwrap();
            request.headers_mut().insert(HTML.0, html);
            String::from_utf8(bytes(&ask(layer(denial), request).await).to_vec()).unwrap()
        };
        let used_up = Denial::new(Reason::QuotaExhausted);
        let waiting = used_up.clone().with_status(DenialStatus::TooManyRequests);
        let text = shown(waiting).await;
        let document = parse(&text);
        let main = all(&document, "main")[0].descendants();
        let words: String = main.filter_map(|node| node.text()).collect();
        let words = words.to_lowercase();
        assert!(!plans.iter().any(|plan| words.contains(plan)), "{words}");
        assert!(text.contains("429 quota-exhausted"), "{text}");
        assert_ne!(text.replace("429", "402"), shown(used_up).await);
        assert!(said.insert(words), "{language}");
    }
    assert!(said.iter().any(|words| words.contains("even geduld.")));
}
