//! The page as HTML, and the header fields for a browser.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac_sha256::Hash;
use http::{HeaderMap, HeaderValue, header};

use crate::challenge::{
    Problem, Refusal,
    escape::Markup,
    facts::{Left, Wait, day},
    page::{
        Page, Texts,
        palette::{Painted, Palette},
        texts::Label,
    },
};

pub(in crate::challenge) const MEDIA_TYPE: &str = "text/html; charset=utf-8";

/// What all pages of an owner share.
#[derive(Debug)]
pub(in crate::challenge) struct Look {
    style: String,
    policy: HeaderValue,
}

/// A page to be written. Its void elements are self-closed, which HTML ignores, so that it is
/// well-formed XML, too.
struct Document<'a> {
    page: &'a Page,
    look: &'a Look,
    texts: &'a Texts,
    problem: &'a Problem<'a>,
}

// === impl Look ===

impl Look {
    pub(in crate::challenge) fn new(page: &Page) -> Self {
        let light = Painted(Palette::LIGHT, page.accent);
        let dark = Painted(Palette::DARK, page.accent);
        let style = format!("{light}@media (prefers-color-scheme:dark){{{dark}}}\n{STYLE}");
        let hash = BASE64_STANDARD.encode(Hash::hash(style.as_bytes()));
        let images = page.logo_source();
        // Without a script, a form or a frame on it, the page needs nothing else.
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src {images}; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
        let nothing = HeaderValue::from_static("default-src 'none'");
        Self {
            style,
            policy: HeaderValue::try_from(policy).unwrap_or(nothing),
        }
    }

    /// The page for a problem.
    pub(in crate::challenge) fn render(
        &self,
        page: &Page,
        texts: &Texts,
        problem: &Problem<'_>,
    ) -> String {
        let document = Document {
            page,
            look: self,
            texts,
            problem,
        };
        document.to_string()
    }

    /// Writes the header fields for a browser.
    pub(in crate::challenge) fn describe(&self, texts: &Texts, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        // Other sites must not learn the URL of a page that costs money.
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        );
        if let Ok(language) = HeaderValue::from_str(texts.language()) {
            headers.insert(header::CONTENT_LANGUAGE, language);
        }
    }
}

const STYLE: &str = include_str!("style.css");

// === impl Document ===

impl Document<'_> {
    /// The links, the one that helps most first.
    fn links(&self) -> Vec<(Label, &str)> {
        let Self { page, problem, .. } = self;
        let mut links: Vec<_> = match problem.refusal() {
            Refusal::Denied(_) => problem
                .links()
                .iter()
                .map(|&(remedy, url)| (Label::Remedy(remedy), url))
                .collect(),
            // Only the owner can help.
            Refusal::Unanswered(_) if problem.retry_after().is_none() => Vec::new(),
            // The empty reference leads to where the page is.
            Refusal::Unanswered(_) => vec![(Label::Retry, "")],
            // The link would repeat the request without the key.
            Refusal::Unclaimed(_) => Vec::new(),
            Refusal::Unidentified(_) => {
                let sign_in = page.sign_in.as_deref();
                sign_in
                    .map(|url| (Label::SignIn, url))
                    .into_iter()
                    .collect()
            }
        };
        // If nothing else helps, support may.
        if links.is_empty() {
            links.extend(self.support());
        }
        links
    }

    fn support(&self) -> Option<(Label, &str)> {
        let url = self.page.support.as_deref()?;
        Some((Label::Support, url))
    }

    fn link(
        &self,
        class: &str,
        label: Label,
        url: &str,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let label = Markup(self.texts.label(label));
        write!(f, "<a{class} href=\"{}\">{label}</a>", Markup(url))
    }

    /// The facts that help a person, each with its label.
    fn facts(&self) -> Vec<(Label, String)> {
        let Refusal::Denied(denial) = self.problem.refusal() else {
            return Vec::new();
        };
        let end = denial
            .valid_until()
            .map(|end| (Label::ValidUntil, day(end)));
        let left = Left::of(denial).map(|left| (Label::Remaining, left.to_string()));
        let wait = Wait::of(denial).map(|wait| (Label::Wait, wait.to_string()));
        [end, left, wait].into_iter().flatten().collect()
    }

    fn head(&self, heading: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            page, look, texts, ..
        } = self;
        let direction = if texts.is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        };
        write!(
            f,
            "<!DOCTYPE html>\n\
             <html lang=\"{}\" dir=\"{direction}\">\n\
             <head>\n\
             <meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <meta name=\"robots\" content=\"noindex\"/>\n\
             <title>{}",
            Markup(texts.language()),
            Markup(heading)
        )?;
        if !page.name().is_empty() {
            write!(f, " · {}", Markup(page.name()))?;
        }
        write!(f, "</title>\n<style>{}</style>\n</head>\n", look.style)
    }

    fn owner(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Page { name, logo, .. } = self.page;
        if name.is_empty() && logo.is_none() {
            return Ok(());
        }
        f.write_str("<header>")?;
        if let Some(logo) = logo {
            // The name is beside it, and need not be read out twice.
            write!(f, "<img src=\"{}\" alt=\"\"/>", Markup(logo))?;
        }
        if !name.is_empty() {
            write!(f, "<p>{}</p>", Markup(name))?;
        }
        f.write_str("</header>\n")
    }
}

impl fmt::Display for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { texts, problem, .. } = self;
        let (heading, text) = texts.saying(problem.refusal());
        self.head(heading, f)?;
        f.write_str("<body>\n")?;
        self.owner(f)?;
        write!(f, "<main>\n<h1>{}</h1>\n", Markup(heading))?;
        if !text.is_empty() {
            writeln!(f, "<p>{}</p>", Markup(text))?;
        }
        let facts = self.facts();
        if !facts.is_empty() {
            f.write_str("<dl>\n")?;
            for (label, fact) in facts {
                let label = Markup(self.texts.label(label));
                writeln!(f, "<dt>{label}</dt><dd>{fact}</dd>")?;
            }
            f.write_str("</dl>\n")?;
        }
        let links = self.links();
        let has_support = links.iter().any(|(label, _)| *label == Label::Support);
        if !links.is_empty() {
            f.write_str("<nav>\n<ul>\n")?;
            for (place, (label, url)) in links.into_iter().enumerate() {
                let class = if place == 0 { " class=\"primary\"" } else { "" };
                f.write_str("<li>")?;
                self.link(class, label, url, f)?;
                f.write_str("</li>\n")?;
            }
            f.write_str("</ul>\n</nav>\n")?;
        }
        write!(
            f,
            "</main>\n<footer>\n<p>{} <code>{} {}</code></p>\n",
            Markup(texts.label(Label::Code)),
            problem.status().as_u16(),
            problem.code()
        )?;
        if let Some((label, url)) = self.support().filter(|_| !has_support) {
            self.link("", label, url, f)?;
        }
        f.write_str("</footer>\n</body>\n</html>\n")
    }
}
