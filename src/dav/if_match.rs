//! The `If-Match` and `If-None-Match` headers.

use std::{fmt, str::FromStr};

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};

use super::{
    entity_tag::{EntityTag, WEAK, scan, split_weak},
    header::InvalidHeader,
};

/// Entity tags of which the target must have one, so that a client changes only what it has seen.
///
/// [RFC 9110, section 13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1)
///
/// A missing header always holds. If the header does not hold, the answer is 412; if it [is
/// missing](Self::is_missing) but required, 428
/// ([RFC 6585, section 3](https://www.rfc-editor.org/rfc/rfc6585#section-3)).
/// [`Preconditions`](super::Preconditions) is this and [`IfNoneMatch`] together. [`If`](super::If) does the
/// same for any resource, and for locks.
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
/// use statuary::dav::{Current, EntityTag, IfMatch};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(header::IF_MATCH, HeaderValue::from_static(r#""1""#));
/// let if_match = IfMatch::from_headers(&headers)?;
///
/// let (seen, changed) = (EntityTag::strong("1")?, EntityTag::strong("2")?);
/// assert!(if_match.holds(Current::Present(Some(&seen))));
/// assert!(!if_match.holds(Current::Present(Some(&changed))), "by somebody else");
/// assert!(!if_match.holds(Current::Absent), "somebody else has removed it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct IfMatch(Option<EntityTags>);

/// Entity tags of which the target must have none; with `*`, the target must not exist.
///
/// [RFC 9110, section 13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)
///
/// A missing header always holds. If the header does not hold, the answer is 304 to GET and HEAD, and 412 to
/// any other method. `If-Match` is evaluated before it
/// ([section 13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2));
/// [`Preconditions`](super::Preconditions) is both together.
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
/// use statuary::dav::{Current, EntityTag, IfNoneMatch};
///
/// let create: IfNoneMatch = "*".parse()?;
/// assert!(create.holds(Current::Absent));
/// assert!(!create.holds(Current::Present(None)), "a card of this name is there already");
///
/// let refresh: IfNoneMatch = r#"W/"1""#.parse()?;
/// let seen = EntityTag::strong("1")?;
/// assert!(!refresh.holds(Current::Present(Some(&seen))), "what the client has is still right");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct IfNoneMatch(Option<EntityTags>);

/// The current representation of the target, which is what both headers are about.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Current<'a> {
    /// The target does not exist.
    Absent,
    /// The target exists, with its entity tag if it has one.
    Present(Option<&'a EntityTag<'a>>),
}

/// The value of one of the two headers.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum EntityTags {
    /// `*`: any representation.
    Any,
    /// Each as it was sent, with its quotes, and with its `W/` if it is weak.
    Listed(Vec<Box<str>>),
}

macro_rules! header {
    ($header:ty, $name:expr) => {
        impl $header {
            /// The name of the header.
            pub const NAME: HeaderName = $name;

            /// Reads the header, all lines as one list. A missing header is no condition.
            ///
            /// # Errors
            ///
            /// When the value is neither `*` nor a list of entity tags in quotes.
            pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
                EntityTags::from_headers(headers, &Self::NAME).map(Self)
            }

            /// Whether there was no header, and so there is no condition.
            #[must_use]
            pub const fn is_missing(&self) -> bool {
                self.0.is_none()
            }

            /// Whether it is `*`, which matches any representation.
            #[must_use]
            pub const fn is_any(&self) -> bool {
                matches!(self.0, Some(EntityTags::Any))
            }

            /// The tags in the header, each as it was sent; none if it [is `*`](Self::is_any).
            pub fn tags(&self) -> impl Iterator<Item = &str> {
                let tags = self.0.as_ref().map_or(&[][..], EntityTags::listed);
                tags.iter().map(|tag| &**tag)
            }
        }

        /// Writes the value of the header; nothing when there is none.
        impl fmt::Display for $header {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_ref().map_or(Ok(()), |tags| tags.fmt(f))
            }
        }

        impl FromStr for $header {
            type Err = InvalidHeader;

            fn from_str(value: &str) -> Result<Self, InvalidHeader> {
                EntityTags::parse(value, &Self::NAME).map(|tags| Self(Some(tags)))
            }
        }
    };
}

// === impl IfMatch ===

header!(IfMatch, IF_MATCH);

impl IfMatch {
    /// Whether the header holds for the target, by the strong comparison of [RFC 9110, section
    /// 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): a weak tag matches nothing.
    #[must_use]
    pub fn holds(&self, current: Current<'_>) -> bool {
        let is_same = |tag: &str, own: &EntityTag<'_>| {
            !own.is_weak() && !tag.starts_with(WEAK) && opaque(tag) == own.opaque()
        };
        match (&self.0, current) {
            (None, _) => true,
            (Some(_), Current::Absent) => false,
            (Some(tags), Current::Present(own)) => tags.name(own, is_same),
        }
    }
}

// === impl IfNoneMatch ===

header!(IfNoneMatch, IF_NONE_MATCH);

impl IfNoneMatch {
    /// Whether the header holds for the target, by the weak comparison of [RFC 9110, section
    /// 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): `W/` is ignored.
    #[must_use]
    pub fn holds(&self, current: Current<'_>) -> bool {
        let is_same = |tag: &str, own: &EntityTag<'_>| opaque(tag) == own.opaque();
        match (&self.0, current) {
            (None, _) | (_, Current::Absent) => true,
            (Some(tags), Current::Present(own)) => !tags.name(own, is_same),
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
        // A tag may hold bytes that are not text. It then matches no resource, since their tags are given as
        // text.
        Self::parse(&String::from_utf8_lossy(&lines.join(&b',')), name).map(Some)
    }

    /// A value that cannot be read is an error: a condition that is ignored would let everything through.
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

    fn listed(&self) -> &[Box<str>] {
        match self {
            Self::Any => &[],
            Self::Listed(tags) => tags,
        }
    }

    /// Whether the target exists and matches, by its tag if it has one.
    fn name(
        &self,
        own: Option<&EntityTag<'_>>,
        is_same: impl Fn(&str, &EntityTag<'_>) -> bool,
    ) -> bool {
        match (self, own) {
            (Self::Any, _) => true,
            (Self::Listed(_), None) => false,
            (Self::Listed(tags), Some(own)) => tags.iter().any(|tag| is_same(tag, own)),
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

const WHITE_SPACE: [char; 2] = [' ', '\t'];

/// The tags of a list, in which members may be empty. A comma between quotes belongs to a tag.
fn listed(list: &str) -> Option<Vec<Box<str>>> {
    let mut tags = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Some(tags);
        }
        let (tag, behind) = scan(rest)?;
        tags.push(tag.into());
        rest = behind.trim_start_matches(WHITE_SPACE);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

/// The text between the quotes of a tag.
fn opaque(tag: &str) -> &str {
    let (_, quoted) = split_weak(tag);
    quoted.trim_matches('"')
}
