//! How a withheld member is listed.

use http::{StatusCode, header::RETRY_AFTER};

use super::NAMESPACE;
use crate::{
    challenge::whole_seconds,
    dav::{Condition, Href},
    multistatus::{Either, PropStat, Resource},
    reply::DavError,
    subscription::{Denial, Remedies, Unanswered},
    xml::{Element, Name},
};

/// Why a member is withheld.
#[derive(Clone, Debug)]
pub(super) struct Withheld {
    status: StatusCode,
    code: &'static str,
    description: String,
}

// === impl Withheld ===

impl Withheld {
    /// The code for programs.
    pub(super) const fn code(&self) -> &'static str {
        self.code
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
        }
    }

    pub(super) fn unidentified() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "unidentified",
            description: "The request does not say who is asking.".to_owned(),
        }
    }

    pub(super) fn unanswered() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "check-unavailable",
            description: "Whether this is paid for cannot be told at the moment.".to_owned(),
        }
    }

    /// The member as it is listed: by its status, or with the properties that are still shown.
    pub(super) fn of(&self, href: Href<'_>, shown: Vec<Element>) -> Resource<Either> {
        let condition = condition(self.code);
        if shown.is_empty() {
            return Resource::status(href, self.status)
                .error(condition)
                .description(&self.description)
                .either();
        }
        // The others are not named.
        let others = PropStat::new(self.status)
            .error(condition)
            .description(&self.description);
        let resource = shown.into_iter().fold(Resource::new(href), Resource::prop);
        resource.propstat(others).either()
    }
}

/// Answers 503 with the condition `check-unavailable`, and with `Retry-After` if that is known; the
/// response carries the [`Unanswered`] in its extensions.
impl From<Unanswered> for DavError {
    fn from(unanswered: Unanswered) -> Self {
        let Withheld {
            status,
            code,
            description,
        } = Withheld::unanswered();
        let error = Self::new(status)
            .with_condition(condition(code))
            .with_description(description);
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
