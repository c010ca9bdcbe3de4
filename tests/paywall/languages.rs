//! In which language the page is, by `Accept-Language`.

use std::collections::HashSet;

use roxmltree::{Document, ParsingOptions};
use statuary::{
    PaywallLayer, Reason,
    challenge::{Page, Texts},
    subscription::Remedy,
};

use crate::support::{Obedient, REASONS, bytes, header, headers, refused_for};

/// The language and the text of the page.
async fn page(layer: &PaywallLayer<Obedient>, name: &str, languages: &[&str]) -> (String, String) {
    let mut fields = vec![("accept", "text/html")];
    fields.extend(
        languages
            .iter()
            .map(|language| ("accept-language", *language)),
    );
    let response = refused_for(layer, name, &fields).await;
    let text = String::from_utf8(bytes(&response).to_vec()).unwrap();
    let language = header(&response, "content-language");
    assert!(
        text.contains(&format!("<html lang=\"{language}\"")),
        "{text}"
    );
    (language, text)
}

#[tokio::test]
async fn accept_language_decides() {
    let layer = PaywallLayer::new(Obedient);
    for (accepted, expected) in [
        ("de", "de"),
        ("DE-at", "de"),
        ("fr-CA, de;q=0.9", "fr"),
        ("fr;q=0.1, es;q=0.9", "es"),
        ("ja;q=0.001", "ja"),
        ("nl, pt-BR;q=0.8, en;q=0.7", "pt"),
        ("nl, sv", "en"),
        ("de-Latn-DE-1996-x-private", "de"),
        // A range is not the beginning of a tag.
        ("d", "en"),
        ("deu", "en"),
        ("*", "en"),
        ("*, de;q=0.5", "de"),
        ("de;q=0", "en"),
        ("de-AT, de;q=0, fr;q=0.1", "fr"),
        ("de;q=1.5", "en"),
        ("de;x=y", "en"),
        ("de;q", "en"),
        ("", "en"),
        (", ,;,-,--", "en"),
        ("de, fr", "de"),
    ] {
        assert_eq!(
            page(&layer, "expired", &[accepted]).await.0,
            expected,
            "{accepted}"
        );
    }
    assert_eq!(page(&layer, "expired", &[]).await.0, "en");
    assert_eq!(page(&layer, "expired", &["fr;q=0.5", "de"]).await.0, "de");
    let endless = "x-".repeat(2000) + "de";
    assert_eq!(page(&layer, "expired", &[&endless]).await.0, "en");
}

/// Were each member looked for among all others, this would end in an hour or so.
#[tokio::test]
async fn a_long_field_is_read_once() {
    let layer = PaywallLayer::new(Obedient);
    let refused_last = "de,".repeat(200_000) + "de;q=0, fr;q=0.1";
    assert_eq!(page(&layer, "expired", &[&refused_last]).await.0, "fr");
}

#[tokio::test]
async fn only_the_page_has_languages() {
    let layer = PaywallLayer::new(Obedient);
    let response = refused_for(&layer, "expired", &[("accept-language", "de")]).await;
    assert!(headers(&response, "content-language").is_empty());
    assert_eq!(header(&response, "vary"), "authorization, accept");
}

#[tokio::test]
async fn every_language_has_words_of_its_own_for_everything() {
    let layer = PaywallLayer::new(Obedient)
        .billing_status("https://example.com/billing")
        .top_up("https://example.com/top-up")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans");
    let mut said = HashSet::new();
    let languages: Vec<_> = Texts::built_in()
        .map(|texts| texts.language().to_owned())
        .collect();
    assert_eq!(languages, ["en", "de", "es", "fr", "ja", "pt"]);
    for language in &languages {
        let names = REASONS.iter().map(|(_, code, ..)| *code);
        for name in names.chain(["fail"]) {
            let (chosen, text) = page(&layer, name, &[language]).await;
            assert_eq!(chosen, *language);
            let options = ParsingOptions {
                allow_dtd: true,
                ..Default::default()
            };
            let document = Document::parse_with_options(&text, options).unwrap();
            for element in ["h1", "p"] {
                let mut elements = document
                    .descendants()
                    .filter(|node| node.has_tag_name("main"));
                let main = elements.next().unwrap();
                let said_here = main
                    .children()
                    .find(|node| node.has_tag_name(element))
                    .unwrap();
                let said_here = said_here.text().unwrap().to_owned();
                assert!(!said_here.is_empty());
                assert!(said.insert(said_here), "said twice: {text}");
            }
            // Which offers all that there is.
            if name == "insufficient-balance" {
                let links = document.descendants();
                let links: Vec<_> = links.filter(|node| node.has_tag_name("a")).collect();
                assert_eq!(links.len(), 4, "{text}");
                for link in links {
                    let label = link.text().unwrap().to_owned();
                    assert!(said.insert(label), "said twice: {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_owner_chooses_languages_and_words() {
    let dutch = Texts::new("nl-BE")
        .with_reason(Reason::Expired, "Verlopen", "Uw abonnement is verlopen.")
        .with_remedy(Remedy::Upgrade, "Kies een abonnement");
    let german = Texts::german()
        .with_unanswered("Gleich zurück", "")
        .with_retry("Nochmal");
    let layer = PaywallLayer::new(Obedient)
        .upgrade("https://example.com/plans")
        .page(Page::new("").with_texts([german, dutch]));

    let (language, text) = page(&layer, "expired", &["nl-BE, de;q=0.5"]).await;
    assert_eq!(language, "nl-BE");
    for words in [
        "<h1>Verlopen</h1>",
        "<p>Uw abonnement is verlopen.</p>",
        ">Kies een abonnement</a>",
    ] {
        assert!(text.contains(words), "{text}");
    }
    // A language that is narrower than what was asked for is another one.
    assert_eq!(page(&layer, "expired", &["nl"]).await.0, "de");
    assert_eq!(page(&layer, "expired", &["en, fr"]).await.0, "de");

    let (_, text) = page(&layer, "fail", &["de"]).await;
    assert!(text.contains("<h1>Gleich zurück</h1>\n<nav>"), "{text}");
    assert!(
        text.contains("<a class=\"primary\" href=\"\">Nochmal</a>"),
        "{text}"
    );
}

#[tokio::test]
async fn some_languages_run_the_other_way() {
    for (language, direction) in [
        ("he", "rtl"),
        ("ar-EG", "rtl"),
        ("AR", "rtl"),
        ("arn", "ltr"),
        ("en", "ltr"),
    ] {
        let layer =
            PaywallLayer::new(Obedient).page(Page::new("").with_texts([Texts::new(language)]));
        let (_, text) = page(&layer, "expired", &[]).await;
        let tag = format!("<html lang=\"{language}\" dir=\"{direction}\">");
        assert!(text.contains(&tag), "{text}");
    }
}

#[test]
fn no_language_leaves_those_that_were_there() {
    assert_eq!(Page::new("").with_texts([]).texts().len(), 6);
}

#[test]
#[should_panic(expected = r#"not a language tag: "en us""#)]
fn a_language_is_checked_at_the_door() {
    let _ = Texts::new("en us");
}
