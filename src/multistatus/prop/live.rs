//! The live properties of RFC 4918, section 15, and the one by which clients find reports.
#![expect(
    clippy::exhaustive_structs,
    reason = "each is one value, and its constructor is the interface"
)]

use std::time::SystemTime;

use super::{
    Property,
    named::{self, Named, Value},
};
use crate::{
    dav::{ActiveLock, EntityTag},
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

/// The `ETag` of a GET ([section 15.6](https://www.rfc-editor.org/rfc/rfc4918#section-15.6)).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::GetEtag};
///
/// let resource = Resource::new(Href::path("/a")).prop(GetEtag::strong("5f2-1a")?);
/// assert!(resource.to_string().contains(r#"<D:getetag>"5f2-1a"</D:getetag>"#));
/// # Ok::<(), statuary::dav::InvalidEntityTag>(())
/// ```
pub type GetEtag<'a> = EntityTag<'a>;

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
/// const ARCHIVE: Name<'static> = Name::from_static("http://example.com/ns", "archive");
///
/// let calendar = Resource::new(Href::collection("/cal/work")).prop(ResourceType::CALENDAR);
/// assert!(calendar.to_string().contains(
///     "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
/// ));
///
/// let archive = Resource::new(Href::collection("/cal/2006"))
///     .prop(ResourceType::CALENDAR.with(&[ARCHIVE]));
/// assert!(archive.to_string().contains("<C:calendar/><n0:archive/></D:resourcetype>"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ResourceType<'a> {
    collection: bool,
    own: &'static [Name<'static>],
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

/// The reports that a resource supports
/// ([RFC 3253, section 3.1.5](https://www.rfc-editor.org/rfc/rfc3253#section-3.1.5)), each by the name of the
/// root element of its request. A client looks here before it asks for one.
///
/// It does not belong to `allprop`, so add it to an answer by
/// [`prop_by_name`](crate::request::Answer::prop_by_name).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop::SupportedReportSet, xml::Name};
///
/// let reports = [Name::dav("sync-collection"), Name::caldav("calendar-query")];
/// let calendar = Resource::new(Href::collection("/cal/work")).prop(SupportedReportSet(&reports));
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
    GetEtag<'_>, "getetag", |this| Value::entity_tag(this.opaque(), this.is_weak());
    GetLastModified, "getlastmodified", |this| Value::http_date(this.0);
    ResourceType<'_>, "resourcetype", |this| Value::types(this.collection, this.own, this.more);
    SupportedLock, "supportedlock", |this| match this {
        Self::Exclusive => Value::markup(exclusive!()),
        Self::ExclusiveAndShared => Value::markup(concat!(exclusive!(), shared!())),
        Self::None => Value::EMPTY,
    };
    SupportedReportSet<'_>, "supported-report-set", |this| Value::reports(this.0);
}

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

// === impl ResourceType ===

impl<'a> ResourceType<'a> {
    /// A collection.
    pub const COLLECTION: Self = Self {
        collection: true,
        own: &[],
        more: &[],
    };

    /// A resource of no special type: a file.
    pub const FILE: Self = Self {
        collection: false,
        own: &[],
        more: &[],
    };

    /// A calendar, which is a collection
    /// ([RFC 4791, section 4.2](https://www.rfc-editor.org/rfc/rfc4791#section-4.2)).
    pub const CALENDAR: Self = Self {
        collection: true,
        own: &[Name::caldav("calendar")],
        more: &[],
    };

    /// An address book, which is a collection
    /// ([RFC 6352, section 5.2](https://www.rfc-editor.org/rfc/rfc6352#section-5.2)).
    pub const ADDRESSBOOK: Self = Self {
        collection: true,
        own: &[Name::carddav("addressbook")],
        more: &[],
    };

    /// A principal: a person, a group or a service
    /// ([RFC 3744, section 4](https://www.rfc-editor.org/rfc/rfc3744#section-4)).
    pub const PRINCIPAL: Self = Self {
        collection: false,
        own: &[Name::dav("principal")],
        more: &[],
    };

    /// Adds the types of extensions; those added before are replaced.
    #[must_use]
    pub const fn with(self, more: &'a [Name<'a>]) -> Self {
        Self { more, ..self }
    }
}
