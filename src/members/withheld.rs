//! Why a member is withheld, and how it is listed.

use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::NAMESPACE;
use crate::{
    challenge::whole_seconds,
    dav::{Condition, Href},
    multistatus::{Either, PropStat, Resource, Status},
    reply::DavError,
    subscription::{Denial, Remedies, Unanswered},
    xml::{Element, Name},
};

/// Why a member is withheld, and the response in its place, from [`MemberPaywall::ask`].
///
/// An outcome, such as that of a [`Tree`](crate::outcome::Tree), takes it as the reason of a failure, by way
/// of [`DavError`].
///
/// [`MemberPaywall::ask`]: crate::MemberPaywall::ask
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Withheld {
    status: StatusCode,
    code: &'static str,
    description: String,
    /// How to authenticate, if that helps.
    challenge: Option<HeaderValue>,
}

// === impl Withheld ===

impl Withheld {
    /// The response in place of the member: its status, a `DAV:error` that names the reason, and a
    /// description with the link that helps.
    pub fn resource(&self, href: Href<'_>) -> Resource<Status> {
        Resource::status(href, self.status)
            .error(condition(self.code))
            .description(&self.description)
    }

    /// The status: that of the [denial](Denial::status), 401 or 503.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The code for programs: that of the [reason](crate::Reason::code), `unidentified` or
    /// `check-unavailable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence for people, and the link that helps, if there is one.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    pub(super) fn denied(denial: &Denial, remedies: &Remedies) -> Self {
        let reason = denial.reason();
        Self {
            status: denial.status(),
            code: reason.code(),
            description: match denial.links(remedies).next() {
                Some((_, url)) => format!("{} {url}", denial.detail()),
                None => denial.detail().to_owned(),
            },
            challenge: None,
        }
    }

    pub(super) fn unidentified(challenge: &HeaderValue) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "unidentified",
            description: "The request does not say who is asking.".to_owned(),
            challenge: Some(challenge.clone()),
        }
    }

    pub(super) fn unanswered() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "check-unavailable",
            description: "Whether this is paid for is not known at the moment.".to_owned(),
            challenge: None,
        }
    }

    /// The member as it is listed: by its status, or with the properties that are still shown.
    pub(super) fn of(&self, href: Href<'_>, shown: Vec<Element>) -> Resource<Either> {
        if shown.is_empty() {
            return self.resource(href).either();
        }
        // The others are not named.
        let others = PropStat::new(self.status)
            .error(condition(self.code))
            .description(&self.description);
        let resource = shown.into_iter().fold(Resource::new(href), Resource::prop);
        resource.propstat(others).either()
    }

    /// The error of a request that fails for this alone.
    fn error(self) -> DavError {
        DavError::new(self.status)
            .with_condition(condition(self.code))
            .with_description(self.description)
    }
}

/// Takes the status, the condition and the description; a response made of it alone is `no-store`, and a 401
/// says how to authenticate.
impl From<Withheld> for DavError {
    fn from(mut withheld: Withheld) -> Self {
        let no_store = HeaderValue::from_static("no-store");
        let challenge = withheld.challenge.take();
        let error = withheld.error().with_header(CACHE_CONTROL, no_store);
        match challenge {
            Some(challenge) => error.with_header(WWW_AUTHENTICATE, challenge),
            None => error,
        }
    }
}

/// Answers 503 with the condition `check-unavailable`, and with `Retry-After` if that is known; the
/// response carries the [`Unanswered`] in its extensions.
impl From<Unanswered> for DavError {
    fn from(unanswered: Unanswered) -> Self {
        let error = Withheld::unanswered().error();
        let error = match unanswered.delay() {
            Some(delay) => error.with_header(RETRY_AFTER, whole_seconds(delay).into()),
            None => error,
        };
        error.carrying(unanswered)
    }
}

// === helpers ===

fn condition(code: &'static str) -> Condition {
    Condition::Other(Name::from_static(NAMESPACE, code))
}
