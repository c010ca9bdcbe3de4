//! `Prefer`, and Microsoft's older `Brief`: how much of an answer the client wants.

use std::{convert::Infallible, fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Brief;

/// The preferences of a client: the `Prefer` header of [RFC 7240](https://www.rfc-editor.org/rfc/rfc7240)
/// with the preferences that [RFC 8144](https://www.rfc-editor.org/rfc/rfc8144) defines for WebDAV, and
/// `Brief: t`, by which Microsoft's clients ask for minimal answers.
///
/// Preferences are not demands: unknown and malformed ones are ignored. Of several preferences with the same
/// name, the first counts.
///
/// # Grammar
///
/// ```text
/// Prefer     = 1#preference
/// preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] )
/// ```
///
/// # Example values
///
/// * `return=minimal`
/// * `depth-noroot, return="minimal"; foo=bar`
///
/// # Examples
///
/// ```
/// use http::HeaderMap;
/// use statuary::{Prefer, dav::Return};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("prefer", "depth-noroot, return=minimal".parse()?);
/// let prefer = Prefer::from_headers(&headers);
/// assert_eq!(prefer.returned(), Some(Return::Minimal));
/// assert!(prefer.depth_noroot());
///
/// // What a client sends.
/// let prefer = Prefer::default().with_return(Return::Minimal);
/// headers.insert(Prefer::NAME, prefer.to_header_value());
/// assert_eq!(headers["prefer"], "return=minimal");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Prefer {
    returned: Option<Return>,
    depth_noroot: bool,
    brief: bool,
}

/// How much of an answer the client wants
/// ([RFC 7240, section 4.2](https://www.rfc-editor.org/rfc/rfc7240#section-4.2)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Return {
    /// `return=minimal`: no more than the client needs.
    Minimal,
    /// `return=representation`: the resource as it is afterwards.
    Representation,
}

// === impl Prefer ===

impl Prefer {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("prefer");

    /// Reads the preferences of a request.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers
            .get_all(Self::NAME)
            .iter()
            .map(HeaderValue::as_bytes);
        Self {
            brief: Brief::from_headers(headers) == Brief::Minimal,
            ..Self::read(lines)
        }
    }

    /// Sets how much of an answer is wanted. Default: left to the server.
    #[must_use]
    pub fn with_return(self, wanted: Return) -> Self {
        Self {
            returned: Some(wanted),
            ..self
        }
    }

    /// Asks that the target itself be left out. Default: it is included.
    #[must_use]
    pub fn with_depth_noroot(self) -> Self {
        Self {
            depth_noroot: true,
            ..self
        }
    }

    /// How much the client wants, by `Prefer` or by `Brief`.
    #[must_use]
    pub fn returned(&self) -> Option<Return> {
        match self.returned {
            None if self.brief => Some(Return::Minimal),
            returned => returned,
        }
    }

    /// Whether the target itself should be left out of an answer about it and its members
    /// ([RFC 8144, section 4](https://www.rfc-editor.org/rfc/rfc8144#section-4)).
    #[must_use]
    pub fn depth_noroot(&self) -> bool {
        self.depth_noroot
    }

    /// The value of the header; empty, when there is no preference.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        HeaderValue::from_static(self.written())
    }

    /// Whether minimal answers were asked for by `Brief` alone, which has no `Preference-Applied`.
    pub(crate) fn is_brief(&self) -> bool {
        self.brief && self.returned.is_none()
    }

    fn written(&self) -> &'static str {
        match (self.returned(), self.depth_noroot) {
            (None, false) => "",
            (None, true) => "depth-noroot",
            (Some(Return::Minimal), false) => "return=minimal",
            (Some(Return::Minimal), true) => "return=minimal, depth-noroot",
            (Some(Return::Representation), false) => "return=representation",
            (Some(Return::Representation), true) => "return=representation, depth-noroot",
        }
    }

    fn read<'h>(lines: impl Iterator<Item = &'h [u8]>) -> Self {
        let mut prefer = Self::default();
        let (mut seen_return, mut seen_noroot) = (false, false);
        for preference in lines.flat_map(|line| split_unquoted(line, b',')) {
            let (name, value) = name_and_value(preference);
            if name.eq_ignore_ascii_case(b"return") && !seen_return {
                seen_return = true;
                prefer.returned = Return::of(value);
            } else if name.eq_ignore_ascii_case(b"depth-noroot") && !seen_noroot {
                seen_noroot = true;
                prefer.depth_noroot = value.is_empty();
            }
        }
        prefer
    }
}

/// Writes the value of the header; nothing when there is no preference.
impl fmt::Display for Prefer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written())
    }
}

/// Reads the value of `Prefer`: unknown and malformed preferences are ignored.
impl FromStr for Prefer {
    type Err = Infallible;

    fn from_str(value: &str) -> Result<Self, Infallible> {
        Ok(Self::read([value.as_bytes()].into_iter()))
    }
}

// === impl Return ===

impl Return {
    /// The name of the header `Preference-Applied`, whose value is [`applied`](Self::applied).
    pub const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

    /// The value of the `Preference-Applied` by which an answer says that it follows the preference
    /// ([RFC 7240, section 3](https://www.rfc-editor.org/rfc/rfc7240#section-3)).
    ///
    /// The [layer](crate::MultiStatusLayer) adds this itself where it makes an answer smaller. A handler
    /// needs it when it answers a write, or a write whose condition failed, with the current state of the
    /// resource ([RFC 8144, section 3](https://www.rfc-editor.org/rfc/rfc8144#section-3)).
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Response;
    /// use statuary::dav::Return;
    ///
    /// let followed = Return::Representation;
    /// let answer = Response::builder().status(412).header(Return::APPLIED, followed.applied());
    /// let answer = answer.body("what is there")?;
    /// assert_eq!(answer.headers()["preference-applied"], "return=representation");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn applied(self) -> HeaderValue {
        Prefer::default().with_return(self).to_header_value()
    }

    fn of(value: &[u8]) -> Option<Self> {
        match value {
            b"minimal" => Some(Self::Minimal),
            b"representation" => Some(Self::Representation),
            _ => None,
        }
    }
}

// === helpers ===

/// The parts between separators that are not inside a quoted string.
fn split_unquoted(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |&byte| {
        let was_escaped = escaped;
        escaped = quoted && !was_escaped && byte == b'\\';
        if byte == b'"' && !was_escaped {
            quoted = !quoted;
        }
        byte == separator && !quoted
    })
}

/// The name of a preference and its value, without parameters.
fn name_and_value(preference: &[u8]) -> (&[u8], &[u8]) {
    let preference = split_unquoted(preference, b';').next().unwrap_or_default();
    let mut halves = preference.splitn(2, |&byte| byte == b'=');
    let name = halves.next().unwrap_or_default().trim_ascii();
    let value = halves.next().unwrap_or_default().trim_ascii();
    let unquoted = value
        .strip_prefix(b"\"")
        .and_then(|value| value.strip_suffix(b"\""));
    (name, unquoted.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn prefer(lines: &[&'static str]) -> (Option<Return>, bool) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(Prefer::NAME, HeaderValue::from_static(line));
        }
        let prefer = Prefer::from_headers(&headers);
        (prefer.returned(), prefer.depth_noroot())
    }

    #[test]
    fn preferences_are_read_by_the_rules_of_rfc_7240() {
        assert_eq!(prefer(&[]), (None, false));
        assert_eq!(prefer(&["return=minimal"]), (Some(Return::Minimal), false));
        assert_eq!(
            prefer(&["Return = \"minimal\" ; a=b"]),
            (Some(Return::Minimal), false)
        );
        assert_eq!(
            prefer(&["wait=5, Depth-NoRoot", "return=minimal"]),
            (Some(Return::Minimal), true)
        );
        assert_eq!(
            prefer(&["return=representation, return=minimal"]).0,
            Some(Return::Representation)
        );
        assert_eq!(
            prefer(&["return=none, return=minimal"]).0,
            None,
            "the first counts"
        );
        assert_eq!(
            prefer(&["x=\"a, return=minimal\", depth-noroot"]),
            (None, true)
        );
        assert_eq!(
            prefer(&["x=\"\\\", return=minimal\", depth-noroot"]),
            (None, true)
        );
        assert_eq!(prefer(&["x=\"unclosed, return=minimal"]), (None, false));
        assert_eq!(prefer(&["depth-noroot=1"]), (None, false));
    }

    #[test]
    fn brief_asks_for_minimal_answers() {
        let mut headers = HeaderMap::from_iter([(Brief::NAME, HeaderValue::from_static("t"))]);
        assert_eq!(
            Prefer::from_headers(&headers).returned(),
            Some(Return::Minimal)
        );
        headers.insert(
            Prefer::NAME,
            HeaderValue::from_static("return=representation"),
        );
        assert_eq!(
            Prefer::from_headers(&headers).returned(),
            Some(Return::Representation)
        );
        headers.clear();
        headers.insert(Brief::NAME, HeaderValue::from_static("f"));
        assert_eq!(Prefer::from_headers(&headers).returned(), None);
    }
}
