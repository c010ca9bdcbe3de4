//! The answer to a PROPFIND for one resource.

use http::StatusCode;

use super::Propfind;
use crate::{
    dav::Href,
    multistatus::{Either, PropStat, Property, Resource, Row},
    xml::{IllegalChars, Name},
};

/// One resource in the answer to a [`Propfind`]: offer it all properties that the resource has, and it takes
/// those that were asked for.
///
/// A property that was asked for by name and not offered is reported missing, with 404
/// ([RFC 4918, section 9.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.1)). For `allprop` nothing is
/// missing, and for `propname` it takes only the names.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Propfind, prop, xml::{Limits, Name}};
///
/// # struct File { path: &'static str, len: u64 }
/// # let files = [File { path: "/a.txt", len: 3 }];
/// let body = br#"<propfind xmlns="DAV:"><prop><getcontentlength/><getetag/></prop></propfind>"#;
/// let wanted = Propfind::parse(body, &Limits::request())?;
///
/// let answer: MultiStatus = files
///     .iter()
///     .map(|file| {
///         wanted
///             .answer(Href::path(file.path))
///             .prop(prop::DisplayName(file.path))
///             .prop(prop::GetContentLength(file.len))
///     })
///     .collect();
///
/// let answer = answer.to_string();
/// assert!(answer.contains("<D:getcontentlength>3</D:getcontentlength>"));
/// assert!(answer.contains("<D:getetag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status>"));
/// assert!(!answer.contains("displayname"), "nobody asked for it");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "an answer goes into a multistatus"]
pub struct Answer<'p> {
    wanted: &'p Propfind,
    answered: Answered,
    /// The status of the properties that are found.
    found: StatusCode,
    resource: Resource,
}

/// The names that were asked for and are answered already.
#[derive(Debug)]
struct Answered {
    first: u64,
    rest: Vec<bool>,
}

/// Whether, and how, a property goes into the answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Want {
    Name,
    Not,
    Value,
}

// === impl Propfind ===

impl Propfind {
    /// Begins the answer for one resource.
    pub fn answer(&self, href: Href<'_>) -> Answer<'_> {
        self.begin(StatusCode::OK, Resource::new(href))
    }

    /// Begins the answer for another binding of a collection that was reported already: found properties go
    /// under 208 ([RFC 5842, section 7.1](https://www.rfc-editor.org/rfc/rfc5842#section-7.1)), which is said
    /// even where none is found.
    ///
    /// Only a client that sent `DAV: bind` understands this: see [`Bindings`](crate::outcome::Bindings).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, MultiStatus, Propfind, prop};
    ///
    /// let wanted = Propfind::default();
    /// let again = wanted.already_reported(Href::collection("/bar")).prop(prop::DisplayName("Bar"));
    /// let answer = MultiStatus::from_iter([again]).to_string();
    /// assert!(answer.contains("<D:status>HTTP/1.1 208 Already Reported</D:status>"));
    /// ```
    pub fn already_reported(&self, href: Href<'_>) -> Answer<'_> {
        let found = StatusCode::ALREADY_REPORTED;
        self.begin(found, Resource::new(href).propstat(PropStat::new(found)))
    }

    /// The properties that were asked for by name.
    #[must_use]
    pub fn names(&self) -> &[Name<'static>] {
        match self {
            Self::AllProp { include: names } | Self::Prop(names) => names,
            Self::PropName => &[],
        }
    }

    fn begin(&self, found: StatusCode, resource: Resource) -> Answer<'_> {
        Answer {
            wanted: self,
            answered: Answered::new(self.names().len()),
            found,
            resource,
        }
    }
}

// === impl Answer ===

impl Answer<'_> {
    /// Offers a property that belongs to `allprop`: a dead one, or a live one of RFC 4918.
    #[inline]
    pub fn prop(mut self, property: impl Property) -> Self {
        self.offer(&property, true);
        self
    }

    /// Offers a property as [`prop`](Self::prop) does, but makes its value only if it is wanted.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, Propfind, prop, xml::Name};
    ///
    /// fn hash() -> prop::GetEtag<'static> {
    ///     unreachable!("a file is not read to tell its name");
    /// }
    ///
    /// let name = Propfind::Prop(vec![Name::dav("displayname")]);
    /// let answer = name
    ///     .answer(Href::path("/a"))
    ///     .prop(prop::DisplayName("A"))
    ///     .prop_with(&Name::dav("getetag"), hash);
    /// ```
    pub fn prop_with<P: Property>(mut self, name: &Name<'_>, value: impl FnOnce() -> P) -> Self {
        self.offer_with(name, value, true);
        self
    }

    /// Offers all properties of a row as [`prop`](Self::prop) does, except those that are `None`.
    pub fn row(mut self, row: &impl Row) -> Self {
        row.each(|property| self.offer(&property, true));
        self
    }

    /// Offers a property that a client has to ask for by its name, as it must for most live
    /// properties that are defined outside of RFC 4918.
    pub fn prop_by_name(mut self, property: impl Property) -> Self {
        self.offer(&property, false);
        self
    }

    /// Offers a property as [`prop_by_name`](Self::prop_by_name) does, but makes its value only if it is
    /// wanted.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, Propfind, prop, xml::Name};
    ///
    /// const USED: Name<'static> = Name::dav("quota-used-bytes");
    ///
    /// fn used() -> prop::Text<'static> {
    ///     unreachable!("`allprop` does not walk over the whole disk");
    /// }
    ///
    /// let everything = Propfind::default();
    /// let answer = everything
    ///     .answer(Href::collection("/"))
    ///     .prop(prop::ResourceType::COLLECTION)
    ///     .prop_by_name_with(&USED, used);
    /// ```
    pub fn prop_by_name_with<P: Property>(
        mut self,
        name: &Name<'_>,
        value: impl FnOnce() -> P,
    ) -> Self {
        self.offer_with(name, value, false);
        self
    }

    /// Offers all properties of a row as [`prop_by_name`](Self::prop_by_name) does, except those that are
    /// `None`.
    pub fn row_by_name(mut self, row: &impl Row) -> Self {
        row.each(|property| self.offer(&property, false));
        self
    }

    /// Says that a property exists and may not be shown, and why: by a status such as 401 or 403, by a
    /// [`Condition`](crate::Condition) or one of an [extension](crate::dav::condition), or by a
    /// [`DavError`](crate::DavError). It is left out unless it was asked for by name.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::StatusCode;
    /// use statuary::{Href, Propfind, dav::condition::NeedPrivileges, xml::Name};
    ///
    /// let (acl, owner) = (Name::dav("acl"), Name::dav("owner"));
    /// let wanted = Propfind::Prop(vec![acl.clone(), owner.clone()]);
    ///
    /// let lacking = NeedPrivileges::new(Href::path("/a"), Name::dav("read-acl"));
    /// let answer = wanted
    ///     .answer(Href::path("/a"))
    ///     .withheld(&acl, lacking)
    ///     .withheld(&owner, StatusCode::UNAUTHORIZED);
    /// ```
    pub fn withheld(mut self, name: &Name<'_>, why: impl Into<PropStat>) -> Self {
        if self.want(name, false) == Want::Value {
            self.resource = self.resource.propstat(why.into().name(name));
        }
        self
    }

    /// Sets what becomes of the characters that XML cannot hold, from here on. Default:
    /// [`IllegalChars::Replace`].
    pub fn illegal_chars(mut self, illegal_chars: IllegalChars) -> Self {
        self.resource = self.resource.illegal_chars(illegal_chars);
        self
    }

    /// Ends the answer: properties that were asked for by name and not offered are missing.
    pub fn into_resource(self) -> Resource {
        let mut resource = self.resource;
        for (index, name) in self.wanted.names().iter().enumerate() {
            if !self.answered.contains(index) {
                resource = resource.missing(name);
            }
        }
        resource
    }

    /// Ends the answer, and forgets that it has properties; see [`Resource::either`].
    pub fn either(self) -> Resource<Either> {
        self.into_resource().either()
    }

    #[inline]
    fn offer(&mut self, property: &impl Property, in_allprop: bool) {
        match self.want(&property.name(), in_allprop) {
            Want::Name => self.resource.add_name(&property.name(), self.found),
            Want::Not => {}
            Want::Value => self.resource.add(property, self.found),
        }
    }

    fn offer_with<P: Property>(
        &mut self,
        name: &Name<'_>,
        value: impl FnOnce() -> P,
        in_allprop: bool,
    ) {
        match self.want(name, in_allprop) {
            Want::Name => self.resource.add_name(name, self.found),
            Want::Not => {}
            Want::Value => self.resource.add(&value(), self.found),
        }
    }

    fn want(&mut self, name: &Name<'_>, in_allprop: bool) -> Want {
        let asked = self.wanted.names().iter().position(|asked| asked == name);
        match (self.wanted, asked) {
            (Propfind::PropName, _) => Want::Name,
            (_, Some(index)) if self.answered.insert(index) => Want::Value,
            (Propfind::AllProp { .. }, None) if in_allprop => Want::Value,
            _ => Want::Not,
        }
    }
}

impl From<Answer<'_>> for Resource {
    fn from(answer: Answer<'_>) -> Self {
        answer.into_resource()
    }
}

impl From<Answer<'_>> for Resource<Either> {
    fn from(answer: Answer<'_>) -> Self {
        answer.either()
    }
}

// === impl Answered ===

impl Answered {
    fn new(names: usize) -> Self {
        Self {
            first: 0,
            rest: vec![false; names.saturating_sub(64)],
        }
    }

    fn contains(&self, index: usize) -> bool {
        match index.checked_sub(64) {
            Some(index) => self.rest[index],
            None => self.first & (1 << index) != 0,
        }
    }

    /// Marks a name as answered. Returns whether it was not.
    fn insert(&mut self, index: usize) -> bool {
        let new = !self.contains(index);
        match index.checked_sub(64) {
            Some(index) => self.rest[index] = true,
            None => self.first |= 1 << index,
        }
        new
    }
}
