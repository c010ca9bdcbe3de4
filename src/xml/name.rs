//! Expanded names: a namespace and a local part.

use std::{borrow::Cow, error::Error, fmt};

use super::{
    escape::is_forbidden,
    key::Key,
    prefixes::{CALDAV, CARDDAV, FixedPrefix, Prefix},
};

/// An expanded name of [Namespaces in XML](https://www.w3.org/TR/xml-names/): a namespace name and a
/// local part.
///
/// It names properties, condition codes and the elements inside property values. The prefix is not a part of
/// the name: it is chosen when the name is written, and never compared when it is read.
///
/// # Examples
///
/// ```
/// use statuary::xml::Name;
///
/// const COLOR: Name<'static> = Name::from_static("http://example.com/ns", "color");
///
/// let name = Name::new("DAV:", "displayname")?;
/// assert_eq!(name, Name::dav("displayname"));
/// assert_eq!(COLOR.to_string(), "{http://example.com/ns}color");
/// assert_eq!(Name::caldav("calendar").to_string(), "{urn:ietf:params:xml:ns:caldav}calendar");
/// # Ok::<(), statuary::xml::InvalidName>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Name<'a> {
    namespace: Cow<'a, str>,
    local: Cow<'a, str>,
    /// The fixed prefix of its namespace, if there is one; it follows from the namespace.
    fixed: FixedPrefix,
    key: Key,
}

/// The error of a name that XML does not allow.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct InvalidName {
    kind: InvalidNameKind,
}

/// What is wrong with a name that XML does not allow.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum InvalidNameKind {
    /// The local part is empty.
    Empty,
    /// The local part is not an `NCName`.
    Local,
    /// The namespace holds a character that XML forbids.
    Namespace,
    /// The namespace is one of the two that are reserved for XML itself.
    Reserved,
}

/// The namespace bound to the prefix `xml`, and to no other.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of the declarations themselves, which no element may be in.
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

// === impl Name ===

impl<'a> Name<'a> {
    /// Makes a name of a namespace and a local part. An empty namespace means no namespace.
    ///
    /// # Errors
    ///
    /// When `local` is not an `NCName`, when `namespace` holds characters that XML forbids, or when it is one
    /// of the two namespaces that are reserved for XML itself.
    pub fn new(
        namespace: impl Into<Cow<'a, str>>,
        local: impl Into<Cow<'a, str>>,
    ) -> Result<Self, InvalidName> {
        let (namespace, local) = (namespace.into(), local.into());
        check_namespace(&namespace)?;
        check_local(&local)?;
        let fixed = FixedPrefix::of(&namespace);
        Ok(Self {
            namespace,
            local,
            fixed,
            key: Key::NONE,
        })
    }

    /// A name in the namespace `DAV:`.
    ///
    /// # Panics
    ///
    /// When `local` is not made of ASCII letters, digits, `-`, `_` and `.`, starting with a letter; in a
    /// `const`, that is a compile error.
    #[must_use]
    pub const fn dav(local: &'a str) -> Self {
        Self::from_static("DAV:", local)
    }

    /// A name in the namespace of CalDAV ([RFC 4791](https://www.rfc-editor.org/rfc/rfc4791)).
    ///
    /// # Panics
    ///
    /// As [`dav`](Self::dav) does.
    #[must_use]
    pub const fn caldav(local: &'a str) -> Self {
        Self::from_static(CALDAV, local)
    }

    /// A name in the namespace of CardDAV ([RFC 6352](https://www.rfc-editor.org/rfc/rfc6352)).
    ///
    /// # Panics
    ///
    /// As [`dav`](Self::dav) does.
    #[must_use]
    pub const fn carddav(local: &'a str) -> Self {
        Self::from_static(CARDDAV, local)
    }

    /// A name that is known at compile time; meant for constants. An empty namespace means no namespace, as
    /// most attributes have none.
    ///
    /// # Panics
    ///
    /// When `local` is not made of ASCII letters, digits, `-`, `_` and `.`, starting with a letter, or when
    /// `namespace` is not printable ASCII or reserved for XML itself; in a `const`, that is a compile error.
    /// [`Name::new`] accepts every legal name.
    #[must_use]
    pub const fn from_static(namespace: &'a str, local: &'a str) -> Self {
        assert!(
            is_plain_namespace(namespace),
            "the namespace is not printable ASCII"
        );
        assert!(
            !is_same(namespace, XML) && !is_same(namespace, XMLNS),
            "the namespace is reserved for XML itself"
        );
        assert!(
            is_plain_local(local),
            "the local name is not a plain ASCII name"
        );
        Self {
            namespace: Cow::Borrowed(namespace),
            local: Cow::Borrowed(local),
            fixed: FixedPrefix::of(namespace),
            key: Key::of(namespace, local),
        }
    }

    /// The namespace name; empty for a name in no namespace.
    #[inline]
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The local part.
    #[inline]
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Whether the name is in the namespace `DAV:`.
    #[must_use]
    pub fn is_dav(&self) -> bool {
        self.namespace == "DAV:"
    }

    /// The same name, borrowing from this one.
    #[inline]
    #[must_use]
    pub fn borrowed(&self) -> Name<'_> {
        Name {
            namespace: Cow::Borrowed(&self.namespace),
            local: Cow::Borrowed(&self.local),
            fixed: self.fixed,
            key: self.key,
        }
    }

    /// The same name, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Name<'static> {
        Name {
            namespace: match self.fixed.namespace() {
                Some(known) => Cow::Borrowed(known),
                None => Cow::Owned(self.namespace.into_owned()),
            },
            local: Cow::Owned(self.local.into_owned()),
            fixed: self.fixed,
            key: self.key,
        }
    }

    /// A name that was checked when it was read.
    pub(crate) fn checked(namespace: &'a str, local: &'a str) -> Self {
        Self::checked_of(namespace, FixedPrefix::of(namespace), local)
    }

    /// The same, given the fixed prefix of its namespace.
    pub(super) fn checked_of(namespace: &'a str, fixed: FixedPrefix, local: &'a str) -> Self {
        Self {
            fixed,
            namespace: Cow::Borrowed(namespace),
            local: Cow::Borrowed(local),
            key: Key::NONE,
        }
    }

    /// The fixed prefix of the namespace, if it has one.
    #[inline]
    pub(super) fn fixed_prefix(&self) -> FixedPrefix {
        self.fixed
    }

    /// The key of a name that was made at compile time; zero for any other.
    #[inline(always)]
    pub(crate) const fn constant_key(&self) -> u64 {
        self.key.get()
    }

    /// The namespace of a name that was made at compile time.
    pub(super) const fn constant_namespace(&self) -> &str {
        match &self.namespace {
            Cow::Borrowed(namespace) => namespace,
            Cow::Owned(_) => panic!("no compiler makes a String"),
        }
    }

    /// The local part of a name that was made at compile time.
    pub(super) const fn constant_local(&self) -> &str {
        match &self.local {
            Cow::Borrowed(local) => local,
            Cow::Owned(_) => panic!("no compiler makes a String"),
        }
    }

    /// Whether its namespace has no fixed prefix, and so gets a numbered one.
    pub(crate) const fn is_numbered(&self) -> bool {
        self.fixed.is_none()
    }

    /// Whether two names that were made at compile time share their namespace.
    pub(crate) const fn is_beside(&self, other: &Self) -> bool {
        is_same(self.constant_namespace(), other.constant_namespace())
    }

    /// Whether two names that were made at compile time are the same.
    pub(crate) const fn is_constant(&self, other: &Self) -> bool {
        self.is_beside(other) && is_same(self.constant_local(), other.constant_local())
    }

    /// The prefix of the name; if its namespace is numbered, the prefix with this number.
    pub(crate) const fn constant_prefix(&self, number: usize) -> Prefix {
        self.fixed.prefix(number)
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// In Clark's notation: `{namespace}local`.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

// === impl InvalidName ===

impl InvalidName {
    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> InvalidNameKind {
        self.kind
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            InvalidNameKind::Empty => "the local part is empty, write a letter",
            InvalidNameKind::Local => {
                "the local part is no NCName of Namespaces in XML, \
                 write a letter, then letters, digits, `-`, `_` and `.`"
            }
            InvalidNameKind::Namespace => {
                "the namespace holds a character that XML forbids, leave it out"
            }
            InvalidNameKind::Reserved => "the namespace is reserved for XML itself, choose another",
        })
    }
}

impl Error for InvalidName {}

// === helpers ===

fn check_namespace(namespace: &str) -> Result<(), InvalidName> {
    if namespace == XMLNS || namespace == XML {
        return Err(InvalidName {
            kind: InvalidNameKind::Reserved,
        });
    }
    if namespace.chars().any(is_forbidden) {
        return Err(InvalidName {
            kind: InvalidNameKind::Namespace,
        });
    }
    Ok(())
}

fn check_local(local: &str) -> Result<(), InvalidName> {
    let mut chars = local.chars();
    let Some(first) = chars.next() else {
        return Err(InvalidName {
            kind: InvalidNameKind::Empty,
        });
    };
    if is_name_start(first) && chars.all(is_name_char) {
        Ok(())
    } else {
        Err(InvalidName {
            kind: InvalidNameKind::Local,
        })
    }
}

const fn is_plain_namespace(namespace: &str) -> bool {
    let bytes = namespace.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_graphic() {
            return false;
        }
        at += 1;
    }
    true
}

pub(super) const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len()
}

const fn is_plain_local(local: &str) -> bool {
    let bytes = local.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'-' | b'_' | b'.')) {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes[0].is_ascii_alphabetic()
}

/// `NameStartChar` of XML 1.0 (fifth edition), without the colon.
pub(crate) const fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` of XML 1.0 (fifth edition), without the colon.
#[inline]
pub(crate) const fn is_name_char(c: char) -> bool {
    matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
        || is_name_start(c)
}
