//! The live properties of RFC 4918, section 15, and the one by which clients find reports.
#![expect(
    clippy::exhaustive_structs,
    reason = "each is one value, and its constructor is the interface"
)]

use std::{borrow::Cow, error::Error, fmt, str::FromStr, time::SystemTime};

use super::{
    Property,
    named::{self, Named, Value},
};
use crate::{
    dav::ActiveLock,
    xml::{Content, Name, Tag, Written},
};

/// When the resource was created ([section 15.1](https://www.rfc-editor.org/rfc/rfc4918#section-15.1)),
/// written by RFC 3339 in whole seconds of UTC.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use statuary::{Href, Resource, prop::{CreationDate, GetLastModified}};
///
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
/// let resource = Resource::new(Href::path("/a"))
///     .prop(CreationDate(at))
///     .prop(GetLastModified(at));
/// assert!(resource.to_string().contains(
///     "<D:creationdate>1994-11-06T08:49:37Z</D:creationdate>\
///      <D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified>"
/// ));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CreationDate(pub SystemTime);

/// A name to show to a person ([section 15.2](https://www.rfc-editor.org/rfc/rfc4918#section-15.2)).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::DisplayName};
///
/// let resource = Resource::new(Href::path("/a")).prop(DisplayName("Profit & loss"));
/// assert!(resource.to_string().contains(">Profit &amp; loss</D:displayname>"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DisplayName<'a>(pub &'a str);

/// The `Content-Language` of a GET
/// ([section 15.3](https://www.rfc-editor.org/rfc/rfc4918#section-15.3)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct GetContentLanguage<'a>(pub &'a str);

/// The `Content-Length` of a GET, in bytes
/// ([section 15.4](https://www.rfc-editor.org/rfc/rfc4918#section-15.4)).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::{GetContentLanguage, GetContentLength, GetContentType}};
///
/// let resource = Resource::new(Href::path("/a"))
///     .prop(GetContentLanguage("de-CH"))
///     .prop(GetContentLength(42))
///     .prop(GetContentType("text/html; charset=utf-8"));
/// assert!(resource.to_string().contains("<D:getcontentlength>42</D:getcontentlength>"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct GetContentLength(pub u64);

/// The `Content-Type` of a GET ([section 15.5](https://www.rfc-editor.org/rfc/rfc4918#section-15.5)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct GetContentType<'a>(pub &'a str);

/// The `ETag` of a GET ([section 15.6](https://www.rfc-editor.org/rfc/rfc4918#section-15.6)), with the
/// quotes that belong to it.
///
/// # Examples
///
/// ```
/// use statuary::prop::GetEtag;
///
/// let revision = GetEtag::strong("5f2-1a")?;
/// assert_eq!(revision.to_string(), r#""5f2-1a""#);
/// assert_eq!(GetEtag::parse(r#"W/"5f2""#)?, GetEtag::weak("5f2")?);
/// assert!(GetEtag::parse("5f2").is_err());
/// # Ok::<(), statuary::prop::InvalidEtag>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct GetEtag<'a> {
    opaque: Cow<'a, str>,
    weak: bool,
}

/// The error of a text that is no entity-tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidEtag;

/// The `Last-Modified` of a GET ([section 15.7](https://www.rfc-editor.org/rfc/rfc4918#section-15.7)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct GetLastModified(pub SystemTime);

/// The locks on a resource ([section 15.8](https://www.rfc-editor.org/rfc/rfc4918#section-15.8)): one
/// `DAV:activelock` each, and an empty value where there are none.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::{LockDiscovery, SupportedLock}};
///
/// let unlocked = Resource::new(Href::path("/a"))
///     .prop(LockDiscovery(&[]))
///     .prop(SupportedLock::None);
/// assert!(unlocked.to_string().contains("<D:lockdiscovery/><D:supportedlock/>"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct LockDiscovery<'a>(pub &'a [ActiveLock]);

/// What kind of resource it is ([section 15.9](https://www.rfc-editor.org/rfc/rfc4918#section-15.9)): an
/// empty value, `DAV:collection`, and the types of extensions.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::ResourceType, xml::Name};
///
/// const CALENDAR: Name<'static> = Name::from_static("urn:ietf:params:xml:ns:caldav", "calendar");
///
/// let calendar = Resource::new(Href::collection("/cal/work"))
///     .prop(ResourceType::COLLECTION.with(&[CALENDAR]));
/// assert!(calendar.to_string().contains(
///     "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
/// ));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ResourceType<'a> {
    collection: bool,
    more: &'a [Name<'a>],
}

/// The kinds of lock that a resource can have
/// ([section 15.10](https://www.rfc-editor.org/rfc/rfc4918#section-15.10)).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SupportedLock {
    /// Exclusive write locks.
    Exclusive,
    /// Exclusive and shared write locks.
    ExclusiveAndShared,
    /// No locks at all. The default.
    #[default]
    None,
}

/// The reports that a resource can be asked for
/// ([RFC 3253, section 3.1.5](https://www.rfc-editor.org/rfc/rfc3253#section-3.1.5)), each by the name of
/// the root element that asks for it. A client looks here before it asks.
///
/// It does not belong to `allprop`, so an answer is offered it by
/// [`prop_by_name`](crate::request::Answer::prop_by_name).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::SupportedReportSet, xml::Name};
///
/// const CALENDAR_QUERY: Name<'static> =
///     Name::from_static("urn:ietf:params:xml:ns:caldav", "calendar-query");
///
/// let calendar = Resource::new(Href::collection("/cal/work"))
///     .prop(SupportedReportSet(&[Name::dav("sync-collection"), CALENDAR_QUERY]));
/// assert!(calendar.to_string().contains(
///     "<D:supported-report><D:report><C:calendar-query/></D:report></D:supported-report>"
/// ));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SupportedReportSet<'a>(pub &'a [Name<'a>]);

macro_rules! exclusive {
    () => {
        "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope>\
         <D:locktype><D:write/></D:locktype></D:lockentry>"
    };
}

macro_rules! shared {
    () => {
        "<D:lockentry><D:lockscope><D:shared/></D:lockscope>\
         <D:locktype><D:write/></D:locktype></D:lockentry>"
    };
}

/// Implements [`Named`] and [`Property`] for live properties of `DAV:`.
macro_rules! live {
    ($($property:ty, $local:literal, |$self:ident| $value:expr;)*) => {$(
        impl Named for $property {
            const NAME: Name<'static> = Name::dav($local);

            #[inline(always)]
            fn value(&self) -> Value<'_> {
                let $self = self;
                $value
            }
        }

        impl Property for $property {
            #[inline]
            fn name(&self) -> Name<'_> {
                <Self as Named>::NAME
            }

            fn value(&self, tag: Tag<'_, '_>) -> Written {
                Named::value(self).write(tag)
            }

            #[inline(always)]
            fn write(&self, prop: &mut Content<'_>) -> Written {
                named::write(self, prop)
            }

            #[inline(always)]
            fn key(&self) -> u64 {
                named::Tags::<Self>::KEY
            }
        }
    )*};
}

live! {
    CreationDate, "creationdate", |this| Value::date_time(this.0);
    DisplayName<'_>, "displayname", |this| Value::text(this.0);
    GetContentLanguage<'_>, "getcontentlanguage", |this| Value::text(this.0.trim_ascii());
    GetContentLength, "getcontentlength", |this| Value::number(this.0);
    GetContentType<'_>, "getcontenttype", |this| Value::text(this.0.trim_ascii());
    GetEtag<'_>, "getetag", |this| Value::entity_tag(&this.opaque, this.weak);
    GetLastModified, "getlastmodified", |this| Value::http_date(this.0);
    ResourceType<'_>, "resourcetype", |this| match (this.collection, this.more) {
        (false, []) => Value::EMPTY,
        (true, []) => Value::markup(COLLECTION),
        (true, more) => Value::names(COLLECTION, more),
        (false, more) => Value::names("", more),
    };
    SupportedLock, "supportedlock", |this| match this {
        Self::Exclusive => Value::markup(exclusive!()),
        Self::ExclusiveAndShared => Value::markup(concat!(exclusive!(), shared!())),
        Self::None => Value::EMPTY,
    };
    SupportedReportSet<'_>, "supported-report-set", |this| Value::reports(this.0);
}

const COLLECTION: &str = "<D:collection/>";

impl Property for LockDiscovery<'_> {
    #[inline]
    fn name(&self) -> Name<'_> {
        Name::dav("lockdiscovery")
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        if self.0.is_empty() {
            return tag.empty();
        }
        tag.content(|locks| self.0.iter().for_each(|lock| lock.write(locks)))
    }
}

// === impl GetEtag ===

impl<'a> GetEtag<'a> {
    /// A strong tag, given without its quotes.
    ///
    /// # Errors
    ///
    /// When a character in it may not stand in an entity-tag.
    pub fn strong(opaque: impl Into<Cow<'a, str>>) -> Result<Self, InvalidEtag> {
        Self::new(opaque.into(), false)
    }

    /// A weak tag, given without its quotes.
    ///
    /// # Errors
    ///
    /// When a character in it may not stand in an entity-tag.
    pub fn weak(opaque: impl Into<Cow<'a, str>>) -> Result<Self, InvalidEtag> {
        Self::new(opaque.into(), true)
    }

    /// A tag as it stands in an `ETag` header.
    ///
    /// # Errors
    ///
    /// When it is not quoted, or when a character in it may not stand in an entity-tag.
    pub fn parse(tag: &'a str) -> Result<Self, InvalidEtag> {
        let tag = tag.trim_ascii();
        let (weak, quoted) = match tag.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, tag),
        };
        let opaque = quoted
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        Self::new(Cow::Borrowed(opaque.ok_or(InvalidEtag)?), weak)
    }

    fn new(opaque: Cow<'a, str>, weak: bool) -> Result<Self, InvalidEtag> {
        if is_opaque(opaque.as_bytes()) {
            Ok(Self { opaque, weak })
        } else {
            Err(InvalidEtag)
        }
    }
}

impl FromStr for GetEtag<'static> {
    type Err = InvalidEtag;

    fn from_str(tag: &str) -> Result<Self, InvalidEtag> {
        let GetEtag { opaque, weak } = GetEtag::parse(tag)?;
        let opaque = Cow::Owned(opaque.into_owned());
        Ok(Self { opaque, weak })
    }
}

impl<'a> TryFrom<&'a str> for GetEtag<'a> {
    type Error = InvalidEtag;

    fn try_from(tag: &'a str) -> Result<Self, InvalidEtag> {
        Self::parse(tag)
    }
}

impl fmt::Display for GetEtag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\"{}\"",
            if self.weak { "W/" } else { "" },
            self.opaque
        )
    }
}

// === impl InvalidEtag ===

impl fmt::Display for InvalidEtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid entity-tag: it is not quoted or holds a character that it may not")
    }
}

impl Error for InvalidEtag {}

// === impl ResourceType ===

impl<'a> ResourceType<'a> {
    /// A collection.
    pub const COLLECTION: Self = Self {
        collection: true,
        more: &[],
    };

    /// A resource of no special type: a file.
    pub const FILE: Self = Self {
        collection: false,
        more: &[],
    };

    /// The same, with the types of extensions beside it.
    #[must_use]
    pub const fn with(self, more: &'a [Name<'a>]) -> Self {
        Self { more, ..self }
    }
}

// === helpers ===

/// Whether all is `etagc` of RFC 9110, as far as it is text. Most tags are as long as a hash, so they
/// are looked at by the handful, of which the last may overlap the one before.
fn is_opaque(text: &[u8]) -> bool {
    const HANDFUL: usize = 16;
    let Some(last) = text.last_chunk::<HANDFUL>() else {
        return text.iter().fold(true, |all, &byte| all & is_etagc(byte));
    };
    let mut rest = &text[..text.len() - 1];
    while let Some((handful, behind)) = rest.split_first_chunk::<HANDFUL>() {
        if !are_etagc(handful) {
            return false;
        }
        rest = behind;
    }
    are_etagc(last)
}

/// The compiler turns it into vector instructions, unless it sees the loop around it.
#[inline(never)]
fn are_etagc<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.iter().fold(true, |all, &byte| all & is_etagc(byte))
}

#[inline(always)]
const fn is_etagc(byte: u8) -> bool {
    (byte > b' ') & (byte != b'"') & (byte != 0x7F)
}
