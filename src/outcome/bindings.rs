//! Collections that can be reached in several ways.

use std::collections::HashSet;

use http::{HeaderMap, StatusCode};

use crate::{
    dav::{ComplianceClass, Dav, Href},
    reply::DavError,
};

/// The collections that a PROPFIND or REPORT of infinite depth has met on its walk, where collections have
/// several bindings ([RFC 5842](https://www.rfc-editor.org/rfc/rfc5842)) and may be their own members.
///
/// A client that knows bindings, which it says by `DAV: bind`, gets each collection once: its other bindings
/// are [`AlreadyReported`](Binding::AlreadyReported), 208, and nothing below them is listed
/// ([section 7.1](https://www.rfc-editor.org/rfc/rfc5842#section-7.1)). Other clients would not understand a
/// 208; for them, a collection inside itself is an error, 508, before the answer has begun or in the middle
/// of it ([section 7.2](https://www.rfc-editor.org/rfc/rfc5842#section-7.2)).
///
/// # Examples
///
/// ```
/// use http::HeaderMap;
/// use statuary::{DavError, Href, MultiStatus, Propfind, outcome::{Binding, Bindings}, prop};
///
/// /// A collection whose one member is the collection itself.
/// fn list(
///     path: &str,
///     wanted: &Propfind,
///     bindings: &mut Bindings,
///     listing: &mut MultiStatus,
/// ) -> Result<(), DavError> {
///     let id = Href::parse("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf8").expect("a URI");
///     let binding = bindings.enter(&id)?;
///     let href = Href::collection(path);
///     let answer = match binding {
///         Binding::AlreadyReported => wanted.already_reported(href),
///         _ => wanted.answer(href),
///     };
///     listing.push(answer.prop(prop::DisplayName("Loop Demo")));
///     if binding == Binding::New {
///         list(&format!("{path}/bar"), wanted, bindings, listing)?;
///         bindings.leave();
///     }
///     Ok(())
/// }
///
/// let mut headers = HeaderMap::new();
/// let (wanted, mut listing) = (Propfind::default(), MultiStatus::new());
/// let looped = list("/coll", &wanted, &mut Bindings::from_headers(&headers), &mut listing);
/// assert_eq!(looped.unwrap_err().status(), 508);
///
/// headers.insert("dav", "1, bind".parse()?);
/// let mut listing = MultiStatus::new();
/// list("/coll", &wanted, &mut Bindings::from_headers(&headers), &mut listing)?;
/// assert_eq!(listing.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bindings {
    is_known: bool,
    met: HashSet<String>,
    /// The collections that the walk is in.
    inside: Vec<String>,
}

/// Whether a collection is met for the first time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Binding {
    /// It was reported under another binding: answer this one by
    /// [`Propfind::already_reported`](crate::Propfind::already_reported), and do not list its members.
    AlreadyReported,
    /// It has to be reported; the walk is inside of it until it is [left](Bindings::leave).
    New,
}

// === impl Bindings ===

impl Bindings {
    /// Begins the walk for a request with these headers.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        Self {
            is_known: Dav::from_headers(headers).contains(&ComplianceClass::BIND),
            met: HashSet::new(),
            inside: Vec::new(),
        }
    }

    /// Enters a collection, which is identified by its `resource-id`
    /// ([section 3.1](https://www.rfc-editor.org/rfc/rfc5842#section-3.1)).
    ///
    /// # Errors
    ///
    /// 508, when the client does not know bindings and the collection is inside itself.
    pub fn enter(&mut self, resource_id: &Href<'_>) -> Result<Binding, DavError> {
        let id = resource_id.encoded();
        if self.is_known {
            if !self.met.insert(id.clone().into_owned()) {
                return Ok(Binding::AlreadyReported);
            }
        } else if self.inside.iter().any(|outer| *outer == id) {
            return Err(DavError::new(StatusCode::LOOP_DETECTED));
        }
        self.inside.push(id.into_owned());
        Ok(Binding::New)
    }

    /// Leaves the collection that was entered last.
    pub fn leave(&mut self) {
        self.inside.pop();
    }
}
