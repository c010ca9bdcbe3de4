//! Changes of properties: all are made, or none.

use std::collections::HashMap;

use http::{HeaderValue, Response, StatusCode, header::CACHE_CONTROL};

use super::failure::{agree, failure};
use crate::{
    dav::{Condition, Href},
    multistatus::{MultiStatus, PropStat, Resource, push_propstats},
    reply::{self, DavBody, DavError},
    request::{Instruction, Mkcalendar, Mkcol, PropertyUpdate},
    xml::{self, Element, Name},
};

/// The outcome of a PROPPATCH, an extended MKCOL or a MKCALENDAR for the properties that it sets and removes:
/// either all instructions are followed, or none ([RFC 4918, section
/// 9.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.2)).
///
/// If one property is refused, all others fail with 424. The answer names each property once, without its
/// value; those with the same status and reason are grouped, in the order of the request.
///
/// A refusal is a status, a [`Condition`] or a whole [`DavError`]. A status that is not a failure, such as
/// 200, is a fault of the server, and is written as 500.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, PropertyUpdate, xml::{Limits, Name}};
///
/// const PROTECTED: [Name<'static>; 2] = [Name::dav("getetag"), Name::dav("resourcetype")];
///
/// fn proppatch(update: &PropertyUpdate) -> MultiStatus {
///     let outcome = update.outcome().protect(&PROTECTED);
///     if !outcome.is_refused() {
///         // Here the properties are changed.
///     }
///     outcome.proppatch(Href::path("/report"))
/// }
///
/// let body = br#"<propertyupdate xmlns="DAV:">
///     <set><prop><displayname>Report</displayname><getetag>"1"</getetag></prop></set>
/// </propertyupdate>"#;
/// let update = PropertyUpdate::parse(body, &Limits::request())?;
/// let answer = proppatch(&update).to_string();
/// assert!(answer.contains("<D:displayname/></D:prop><D:status>HTTP/1.1 424 Failed Dependency"));
/// assert!(answer.contains("<D:getetag/></D:prop><D:status>HTTP/1.1 403 Forbidden"));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an outcome is answered by `proppatch`, `mkcol` or `mkcalendar`"]
pub struct PropertyChanges {
    properties: Vec<Property>,
    /// The place of the property with each name.
    places: HashMap<Name<'static>, usize>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Property {
    name: Name<'static>,
    refusal: Option<DavError>,
}

// === impl PropertyUpdate ===

impl PropertyUpdate {
    /// Begins the outcome: nothing is refused so far.
    pub fn outcome(&self) -> PropertyChanges {
        self.instructions().iter().map(Instruction::name).collect()
    }
}

// === impl Mkcol ===

impl Mkcol {
    /// Begins the outcome: nothing is refused so far.
    pub fn outcome(&self) -> PropertyChanges {
        self.values().iter().map(Element::name).collect()
    }
}

// === impl Mkcalendar ===

impl Mkcalendar {
    /// Begins the outcome: nothing is refused so far.
    pub fn outcome(&self) -> PropertyChanges {
        self.values().iter().map(Element::name).collect()
    }
}

// === impl PropertyChanges ===

impl PropertyChanges {
    /// Refuses the properties with these names, which only the server sets: 403 with
    /// `cannot-modify-protected-property`.
    pub fn protect(mut self, names: &[Name<'_>]) -> Self {
        for property in &mut self.properties {
            if names.contains(&property.name) {
                property.refuse(Condition::CannotModifyProtectedProperty.into());
            }
        }
        self
    }

    /// Refuses a property. If it is refused more than once, the first reason stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::StatusCode;
    /// use statuary::{Condition, DavError, Href, outcome::PropertyChanges, xml::Name};
    ///
    /// let name = Name::dav("displayname");
    /// let full = DavError::from(Condition::QuotaNotExceeded).with_description("buy more room");
    /// let mut outcome = PropertyChanges::from_iter([name.clone()]);
    /// outcome.refuse(&name, full);
    /// assert_eq!(outcome.mkcol().status(), StatusCode::INSUFFICIENT_STORAGE);
    /// ```
    pub fn refuse(&mut self, name: &Name<'_>, reason: impl Into<DavError>) {
        self.property(name).refuse(reason.into());
    }

    /// Whether any property is refused, so that none may be changed.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refusal().is_some()
    }

    /// The answer to a PROPPATCH of a resource: always a 207.
    pub fn proppatch(&self, href: Href<'_>) -> MultiStatus {
        let propstats = self.propstats();
        let resource = Resource::new(href);
        MultiStatus::from_iter([propstats.into_iter().fold(resource, Resource::propstat)])
    }

    /// The answer to an extended MKCOL
    /// ([RFC 5689, section 3](https://www.rfc-editor.org/rfc/rfc5689#section-3)), which is not a 207 but a
    /// `mkcol-response`, with 201, or with the status and the [fields](DavError::with_header) of the first
    /// property that was refused. A MKCOL that sets no properties gets a 201 without a body.
    #[must_use]
    pub fn mkcol(&self) -> Response<DavBody> {
        const ROOT: Name<'static> = Name::dav("mkcol-response");
        let Some(reason) = self.refusal() else {
            return self.created(&ROOT);
        };
        let mut response = reply::document(reason.status(), self.document(&ROOT));
        reason.put_head_on(&mut response);
        not_cached(response)
    }

    /// The answer to a MKCALENDAR of a collection
    /// ([RFC 4791, section 5.3.1](https://www.rfc-editor.org/rfc/rfc4791#section-5.3.1)): a
    /// `mkcalendar-response` with 201, or else a 207 about the collection that was not made. A MKCALENDAR
    /// that sets no properties gets a 201 without a body.
    #[must_use]
    pub fn mkcalendar(&self, href: Href<'_>) -> Response<DavBody> {
        const ROOT: Name<'static> = Name::caldav("mkcalendar-response");
        if self.is_refused() {
            not_cached(self.proppatch(href).into_http())
        } else {
            self.created(&ROOT)
        }
    }

    /// A 201, with each property that was set: with no property, a document would have nothing to tell,
    /// and `mkcol-response` may not be empty
    /// ([RFC 5689, section 5.2](https://www.rfc-editor.org/rfc/rfc5689#section-5.2)).
    fn created(&self, root: &Name<'_>) -> Response<DavBody> {
        not_cached(match self.properties.is_empty() {
            true => reply::empty(StatusCode::CREATED),
            false => reply::created(self.document(root)),
        })
    }

    fn document(&self, root: &Name<'_>) -> Vec<u8> {
        xml::document(root, |root| push_propstats(&self.propstats(), root))
    }

    fn refusal(&self) -> Option<&DavError> {
        self.properties.iter().find_map(|it| it.refusal.as_ref())
    }

    /// The properties, grouped by fate.
    fn propstats(&self) -> Vec<PropStat> {
        let rest = DavError::new(if self.is_refused() {
            StatusCode::FAILED_DEPENDENCY
        } else {
            StatusCode::OK
        });
        let mut fates: Vec<(&DavError, Vec<&Name<'_>>)> = Vec::new();
        for Property { name, refusal } in &self.properties {
            let fate = refusal.as_ref().unwrap_or(&rest);
            match fates.iter_mut().find(|(known, _)| agree(known, fate)) {
                Some((_, names)) => names.push(name),
                None => fates.push((fate, vec![name])),
            }
        }
        let propstat = |(fate, names): (&DavError, Vec<_>)| {
            let propstat = PropStat::from(fate.clone());
            names.into_iter().fold(propstat, PropStat::name)
        };
        fates.into_iter().map(propstat).collect()
    }

    /// The property with this name; one that was not in the request is added, so that its refusal is not
    /// lost.
    fn property(&mut self, name: &Name<'_>) -> &mut Property {
        let known = self.places.get(name).copied();
        let place = known.unwrap_or_else(|| {
            let name = name.clone().into_owned();
            self.places.insert(name.clone(), self.properties.len());
            self.properties.push(Property {
                name,
                refusal: None,
            });
            self.properties.len() - 1
        });
        &mut self.properties[place]
    }
}

/// Collects the names of properties to change; nothing is refused so far.
impl<'n> FromIterator<Name<'n>> for PropertyChanges {
    fn from_iter<I: IntoIterator<Item = Name<'n>>>(names: I) -> Self {
        let mut changes = Self {
            properties: Vec::new(),
            places: HashMap::new(),
        };
        for name in names {
            changes.property(&name);
        }
        changes
    }
}

// === impl Property ===

impl Property {
    fn refuse(&mut self, reason: DavError) {
        self.refusal.get_or_insert_with(|| failure(reason));
    }
}

// === helpers ===

fn not_cached(mut response: Response<DavBody>) -> Response<DavBody> {
    let no_cache = HeaderValue::from_static("no-cache");
    // In addition to the fields of a refusal.
    response.headers_mut().append(CACHE_CONTROL, no_cache);
    response
}
