//! Validation of URLs that callers are shown.

use std::{error::Error, fmt};

use http::Uri;

/// A URL that must not be shown to a caller.
///
/// The message never repeats the URL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidUrl {
    kind: Kind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    Character { position: usize },
    Credentials,
    NotAbsolute,
    NotLink,
    NotLinkOrMail,
}

/// Accepts only the characters of RFC 3986, section 2, with whole percent-encodings. What passes is
/// safe between `<` and `>`, in JSON and in a header.
pub(crate) fn validate_uri(text: &str) -> Result<(), InvalidUrl> {
    const MARKS: &[u8] = b"-._~:/?#[]@!$&'()*+,;=";

    let bytes = text.as_bytes();
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let stray = bytes.iter().enumerate().position(|(at, byte)| match byte {
        b'%' => !bytes.get(at + 1..at + 3).is_some_and(is_hex),
        byte => !byte.is_ascii_alphanumeric() && !MARKS.contains(byte),
    });
    match stray {
        Some(position) => Err(InvalidUrl {
            kind: Kind::Character { position },
        }),
        None => Ok(()),
    }
}

/// Accepts what a page may link to: a path on the same host, or an absolute URL.
pub(crate) fn validate_link(text: &str) -> Result<(), InvalidUrl> {
    if text.starts_with('/') && !text.starts_with("//") {
        return validate_uri(text);
    }
    validate_url(text).map_err(|error| error.but(Kind::NotLink))
}

/// Accepts where a page may send somebody for help: a link, or an address to write to.
pub(crate) fn validate_contact(text: &str) -> Result<(), InvalidUrl> {
    match text.strip_prefix("mailto:") {
        Some(address) => validate_uri(address),
        None => validate_link(text).map_err(|error| error.but(Kind::NotLinkOrMail)),
    }
}

pub(super) fn validate_url(text: &str) -> Result<(), InvalidUrl> {
    validate_uri(text)?;
    let not_absolute = || InvalidUrl {
        kind: Kind::NotAbsolute,
    };
    let uri: Uri = text.parse().map_err(|_| not_absolute())?;
    match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => {
            Err(InvalidUrl {
                kind: Kind::Credentials,
            })
        }
        (Some("http" | "https"), Some(authority)) if !authority.host().is_empty() => {
            validate_host(authority.as_str())
        }
        _ => Err(not_absolute()),
    }
}

/// A validated URL up to its path.
pub(crate) fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |colon| colon + 3);
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |path| start + path);
    &url[..end]
}

// === impl InvalidUrl ===

impl InvalidUrl {
    /// The same, but where more is accepted than an absolute URL, all of it is named.
    fn but(self, accepted: Kind) -> Self {
        match self.kind {
            Kind::NotAbsolute | Kind::NotLink => Self { kind: accepted },
            _ => self,
        }
    }
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Character { position } => {
                write!(f, "unexpected character in URL at byte {position}")
            }
            Kind::Credentials => f.write_str("credentials in URL"),
            Kind::NotAbsolute => f.write_str("URL is not an absolute http or https URL"),
            Kind::NotLink => f.write_str("URL is neither a path nor an absolute http or https URL"),
            Kind::NotLinkOrMail => f.write_str(
                "URL is neither a path, nor an absolute http or https URL, nor a mailto URL",
            ),
        }
    }
}

impl Error for InvalidUrl {}

// === helpers ===

/// Rejects hosts with a special meaning in lists of hosts, such as a content security policy.
fn validate_host(authority: &str) -> Result<(), InvalidUrl> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:[]".contains(&byte);
    match authority.bytes().all(is_plain) {
        true => Ok(()),
        false => Err(InvalidUrl {
            kind: Kind::NotAbsolute,
        }),
    }
}
