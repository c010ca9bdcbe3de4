//! The `If-Match` and `If-None-Match` headers.

use std::{fmt, str::FromStr};

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};

use super::header::InvalidHeader;

/// The entity tags of which the target must have one: what is to be changed is what the client has seen.
///
/// [RFC 9110, section 13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1)
///
/// A missing header always holds. Where it does not hold, the answer is 412. [`If`](super::If) asks the
/// same of any resource, and about locks.
///
/// # Grammar
///
/// ```text
/// If-Match   = "*" / #entity-tag
/// entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
/// ```
///
/// # Example values
///
/// * `"xyzzy"`
/// * `"xyzzy", "r2d2xxxx", "c3piozzzz"`
/// * `*`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue, header};
/// use statuary::dav::IfMatch;
///
/// let mut headers = HeaderMap::new();
/// headers.insert(header::IF_MATCH, HeaderValue::from_static(r#""1""#));
///
/// let if_match = IfMatch::from_headers(&headers)?;
/// assert!(if_match.holds(Some(r#""1""#)));
/// assert!(!if_match.holds(Some(r#""2""#)), "somebody else has changed it");
/// assert!(!if_match.holds(None), "somebody else has removed it");
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct IfMatch(Option<EntityTags>);

/// The entity tags of which the target must have none: with `*`, nothing may be there yet.
///
/// [RFC 9110, section 13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)
///
/// A missing header always holds. Where it does not hold, the answer to GET and HEAD is 304, and 412 to
/// any other method. `If-Match` is evaluated before it
/// ([section 13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)).
///
/// # Grammar
///
/// ```text
/// If-None-Match = "*" / #entity-tag
/// entity-tag    = [ "W/" ] DQUOTE *etagc DQUOTE
/// ```
///
/// # Example values
///
/// * `*`
/// * `W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"`
///
/// # Examples
///
/// ```
/// use statuary::dav::IfNoneMatch;
///
/// let create: IfNoneMatch = "*".parse()?;
/// assert!(create.holds(None));
/// assert!(!create.holds(Some(r#""1""#)), "a card of this name is there already");
///
/// let refresh: IfNoneMatch = r#"W/"1""#.parse()?;
/// assert!(!refresh.holds(Some(r#""1""#)), "what the client has is still right");
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct IfNoneMatch(Option<EntityTags>);

/// What one of the two headers names.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum EntityTags {
    /// `*`: whatever is there.
    Any,
    /// Each as it was sent, with its quotes, and with its `W/` if it is weak.
    Listed(Vec<Box<str>>),
}

macro_rules! header {
    ($header:ty, $name:expr) => {
        impl $header {
            /// Reads the header, all lines as one list; without a condition if there is none.
            ///
            /// # Errors
            ///
            /// When the value is neither `*` nor a list of entity tags in quotes.
            pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
                EntityTags::from_headers(headers, &$name).map(Self)
            }
        }

        /// As the header has it; nothing, when there is none.
        impl fmt::Display for $header {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_ref().map_or(Ok(()), |tags| tags.fmt(f))
            }
        }

        impl FromStr for $header {
            type Err = InvalidHeader;

            fn from_str(value: &str) -> Result<Self, InvalidHeader> {
                EntityTags::parse(value, &$name).map(|tags| Self(Some(tags)))
            }
        }
    };
}

// === impl IfMatch ===

header!(IfMatch, IF_MATCH);

impl IfMatch {
    /// Whether the target is one that was named, by the strong comparison of
    /// [RFC 9110, section 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): a weak tag
    /// matches nothing.
    ///
    /// `current` is the entity tag of what is there as it stands in an `ETag` header, and an empty text
    /// where it has none; `None` where nothing is there.
    #[must_use]
    pub fn holds(&self, current: Option<&str>) -> bool {
        match (&self.0, current) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(tags), Some(own)) => tags.name(|tag| tag == own && !tag.starts_with(WEAK)),
        }
    }
}

// === impl IfNoneMatch ===

header!(IfNoneMatch, IF_NONE_MATCH);

impl IfNoneMatch {
    /// Whether the target is none that was named, by the weak comparison of
    /// [RFC 9110, section 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): `W/` does not
    /// count.
    ///
    /// `current` is the entity tag of what is there as it stands in an `ETag` header, and an empty text
    /// where it has none; `None` where nothing is there.
    #[must_use]
    pub fn holds(&self, current: Option<&str>) -> bool {
        match (&self.0, current) {
            (None, _) | (_, None) => true,
            (Some(tags), Some(own)) => !tags.name(|tag| opaque(tag) == opaque(own)),
        }
    }
}

// === impl EntityTags ===

impl EntityTags {
    fn from_headers(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, InvalidHeader> {
        let lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            return Ok(None);
        }
        // A tag may hold bytes that are no text. It is that of no resource, since those are given as text.
        Self::parse(&String::from_utf8_lossy(&lines.join(&b',')), name).map(Some)
    }

    /// What cannot be read is an error: a condition that is passed over would let everything through.
    fn parse(value: &str, name: &HeaderName) -> Result<Self, InvalidHeader> {
        match value.trim_matches(WHITE_SPACE) {
            "*" => Ok(Self::Any),
            list => match listed(list) {
                Some(tags) => Ok(Self::Listed(tags)),
                None => Err(InvalidHeader::new(
                    name,
                    "be `*` or a list of entity tags in quotes",
                )),
            },
        }
    }

    /// Whether it names the tag of something that is there.
    fn name(&self, is_own: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(|tag| is_own(tag)),
        }
    }
}

impl fmt::Display for EntityTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Listed(tags) => f.write_str(&tags.join(", ")),
        }
    }
}

// === helpers ===

/// What begins a weak tag. Its case counts.
const WEAK: &str = "W/";

const WHITE_SPACE: [char; 2] = [' ', '\t'];

/// The tags of a list, in which members may be empty. A comma between quotes is one of a tag.
fn listed(list: &str) -> Option<Vec<Box<str>>> {
    let mut tags = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Some(tags);
        }
        let (tag, behind) = first(rest)?;
        tags.push(tag.into());
        rest = behind.trim_start_matches(WHITE_SPACE);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

/// The tag at the front of a text, and what is behind it.
fn first(text: &str) -> Option<(&str, &str)> {
    let inside = opaque(text).strip_prefix('"')?;
    let behind = &inside[inside.find('"')? + 1..];
    Some(text.split_at(text.len() - behind.len()))
}

/// A tag without what says that it is weak.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix(WEAK).unwrap_or(tag)
}
