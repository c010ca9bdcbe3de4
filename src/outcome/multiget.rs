//! Resources that were asked for by their hrefs.

use super::{
    failure::{failed, failure},
    once::Once,
};
use crate::{
    dav::Href,
    multistatus::MultiStatus,
    reply::DavError,
    request::{
        Answer, Propfind,
        report::{AddressbookMultiget, CalendarMultiget},
    },
};

/// Answers a `calendar-multiget`
/// ([RFC 4791, section 7.9](https://www.rfc-editor.org/rfc/rfc4791#section-7.9)) or an
/// `addressbook-multiget`: one response for each href, in the order of the request, each once.
///
/// `get` either fills the answer that it is given, or says why it cannot: that is the status of the
/// resource, 404 if there is none, and never one of its properties.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Href, Propfind, outcome::multiget, prop, xml::Name};
///
/// let wanted = Propfind::Prop(vec![Name::dav("getetag")]);
/// let hrefs = ["/cal/a.ics", "/cal/b.ics"].map(Href::path);
/// let answer = multiget(&wanted, hrefs, |href, answer| {
///     if href.encoded() == "/cal/b.ics" {
///         return Err(StatusCode::NOT_FOUND);
///     }
///     let etag = prop::GetEtag::strong("1").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
///     Ok(answer.prop(etag))
/// });
/// assert!(answer.to_string().contains(
///     "<D:href>/cal/b.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status>"
/// ));
/// ```
pub fn multiget<'w, 'h, E: Into<DavError>>(
    wanted: &'w Propfind,
    hrefs: impl IntoIterator<Item = Href<'h>>,
    mut get: impl FnMut(&Href<'h>, Answer<'w>) -> Result<Answer<'w>, E>,
) -> MultiStatus {
    let mut once = Once::default();
    let hrefs = hrefs.into_iter().filter(|href| once.take(href));
    hrefs
        .map(|href| match get(&href, wanted.answer(href.clone())) {
            Ok(answer) => answer.into(),
            Err(reason) => failed(href, &failure(reason.into())).either(),
        })
        .collect()
}

// === impl CalendarMultiget ===

impl CalendarMultiget {
    /// Answers the report; see [`multiget`].
    pub fn outcome<'w, E: Into<DavError>>(
        &'w self,
        get: impl FnMut(&Href<'static>, Answer<'w>) -> Result<Answer<'w>, E>,
    ) -> MultiStatus {
        multiget(self.wanted(), self.hrefs().iter().cloned(), get)
    }
}

// === impl AddressbookMultiget ===

impl AddressbookMultiget {
    /// Answers the report; see [`multiget`].
    pub fn outcome<'w, E: Into<DavError>>(
        &'w self,
        get: impl FnMut(&Href<'static>, Answer<'w>) -> Result<Answer<'w>, E>,
    ) -> MultiStatus {
        multiget(self.wanted(), self.hrefs().iter().cloned(), get)
    }
}
