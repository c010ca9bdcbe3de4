//! The `DAV` header.

use std::{borrow::Cow, collections::HashSet, convert::Infallible, fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{header::InvalidHeader, href::check_uri};

/// What a server can do: the compliance classes in its answer to OPTIONS; and what a client
/// understands, where it sends the header itself.
///
/// [RFC 4918, section 10.1](https://www.rfc-editor.org/rfc/rfc4918#section-10.1)
///
/// Servers may send several lines, which are one list. Members that do not follow the grammar are ignored.
///
/// # Grammar
///
/// ```text
/// DAV              = #( compliance-class )
/// compliance-class = "1" | "2" | "3" | extend
/// extend           = Coded-URL | token
/// ```
///
/// # Example values
///
/// * `1, 3, calendar-access`
/// * `1, 2, <http://apache.org/dav/propset/fs/1>`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::{ComplianceClass, Dav};
///
/// let ours = Dav::from_iter([ComplianceClass::ONE, ComplianceClass::CALENDAR_ACCESS]);
/// let mut answer = HeaderMap::new();
/// answer.insert(Dav::NAME, ours.to_header_value());
/// assert_eq!(answer["dav"], "1, calendar-access");
///
/// let mut request = HeaderMap::new();
/// request.insert("dav", HeaderValue::from_static("bind"));
/// assert!(Dav::from_headers(&request).contains(&ComplianceClass::BIND));
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Dav(Vec<ComplianceClass>);

/// A compliance class in the [`Dav`] header, something that a server can do: a token, whose case is ignored,
/// or a URI in angle brackets.
///
/// # Examples
///
/// ```
/// use statuary::dav::ComplianceClass;
///
/// assert_eq!("Bind".parse(), Ok(ComplianceClass::BIND));
/// assert!("two words".parse::<ComplianceClass>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ComplianceClass(Cow<'static, str>);

// === impl Dav ===

impl Dav {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("dav");

    /// Reads the header, each class once.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(&Self::NAME).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        lines.flat_map(read).collect()
    }

    /// The classes, in the order of the header.
    #[must_use]
    pub fn classes(&self) -> &[ComplianceClass] {
        &self.0
    }

    /// Whether a class is among them.
    #[must_use]
    pub fn contains(&self, class: &ComplianceClass) -> bool {
        self.0.contains(class)
    }

    /// The value of the header.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        // Tokens and URIs are made of printable ASCII.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("1"))
    }
}

/// Writes the value of the header.
impl fmt::Display for Dav {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, class) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            f.write_str(class.as_str())?;
        }
        Ok(())
    }
}

/// Each class once.
impl Extend<ComplianceClass> for Dav {
    fn extend<I: IntoIterator<Item = ComplianceClass>>(&mut self, classes: I) {
        let mut once: HashSet<_> = self.0.iter().cloned().collect();
        let classes = classes.into_iter();
        self.0
            .extend(classes.filter(|class| once.insert(class.clone())));
    }
}

/// Each class once.
impl FromIterator<ComplianceClass> for Dav {
    fn from_iter<I: IntoIterator<Item = ComplianceClass>>(classes: I) -> Self {
        let mut dav = Self::default();
        dav.extend(classes);
        dav
    }
}

/// Reads the value of the header: members that do not follow the grammar are ignored.
impl FromStr for Dav {
    type Err = Infallible;

    fn from_str(value: &str) -> Result<Self, Infallible> {
        Ok(read(value).collect())
    }
}

// === impl ComplianceClass ===

impl ComplianceClass {
    /// Everything that RFC 4918 demands of every server.
    pub const ONE: Self = Self::known("1");
    /// Locks.
    pub const TWO: Self = Self::known("2");
    /// RFC 4918, and not the RFC 2518 that it replaced.
    pub const THREE: Self = Self::known("3");
    /// [RFC 3744](https://www.rfc-editor.org/rfc/rfc3744).
    pub const ACCESS_CONTROL: Self = Self::known("access-control");
    /// [RFC 6352](https://www.rfc-editor.org/rfc/rfc6352).
    pub const ADDRESSBOOK: Self = Self::known("addressbook");
    /// [RFC 5842](https://www.rfc-editor.org/rfc/rfc5842); clients send it too.
    pub const BIND: Self = Self::known("bind");
    /// [RFC 4791](https://www.rfc-editor.org/rfc/rfc4791).
    pub const CALENDAR_ACCESS: Self = Self::known("calendar-access");
    /// [RFC 7809](https://www.rfc-editor.org/rfc/rfc7809).
    pub const CALENDAR_NO_TIMEZONE: Self = Self::known("calendar-no-timezone");
    /// [RFC 5689](https://www.rfc-editor.org/rfc/rfc5689).
    pub const EXTENDED_MKCOL: Self = Self::known("extended-mkcol");
    /// [RFC 3253](https://www.rfc-editor.org/rfc/rfc3253).
    pub const VERSION_CONTROL: Self = Self::known("version-control");

    /// The class as in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    const fn known(class: &'static str) -> Self {
        Self(Cow::Borrowed(class))
    }
}

/// Writes the class as in the header.
impl fmt::Display for ComplianceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ComplianceClass {
    type Err = InvalidHeader;

    fn from_str(class: &str) -> Result<Self, InvalidHeader> {
        let is_legal =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let uri = class.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
        match uri {
            Some(uri) if check_uri(uri).is_ok() => Ok(Self(Cow::Owned(class.to_owned()))),
            None if !class.is_empty() && class.bytes().all(is_legal) => {
                Ok(Self(Cow::Owned(class.to_ascii_lowercase())))
            }
            _ => Err(InvalidHeader::new(
                &Dav::NAME,
                "hold tokens, or URIs in angle brackets",
            )),
        }
    }
}

// === helpers ===

/// The classes of a line. A comma in angle brackets belongs to a URI.
fn read(line: &str) -> impl Iterator<Item = ComplianceClass> {
    let mut is_inside = false;
    let members = line.split(move |c| {
        is_inside = c == '<' || is_inside && c != '>';
        c == ',' && !is_inside
    });
    members.filter_map(|class| class.trim_ascii().parse().ok())
}
