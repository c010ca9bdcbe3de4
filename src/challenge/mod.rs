//! A refusal as a response.
//!
//! Every refusal is `application/problem+json` ([RFC 9457]) and `no-store`. A 402 links to its
//! remedies ([RFC 8288]), a 401 says how to authenticate, a 503 says when to come back. The typed
//! cause rides in the response's extensions.
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
//! [RFC 8288]: https://www.rfc-editor.org/rfc/rfc8288

mod links;
mod problem;

use std::{array, borrow::Cow, sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Response, header};

use self::problem::Problem;
use crate::{
    subscription::{Decision, Denial, Grant, Reason, Remedies, Unanswered, Unidentified},
    vary::Vary,
};

/// Why a request does not reach the service behind the paywall.
#[derive(Debug)]
pub(crate) enum Refusal {
    Denied(Denial),
    Unanswered(Unanswered),
    Unidentified(Unidentified),
}

/// What the owner settles once for all refusals.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) authenticate: HeaderValue,
    pub(crate) problem_base: Cow<'static, str>,
    pub(crate) remedies: Remedies,
    pub(crate) retry_after: Duration,
    pub(crate) vary: Vary,
}

/// Turns refusals into responses. What is the same for each of a kind is rendered once.
#[derive(Debug)]
pub(crate) struct Challenges {
    terms: Terms,
    denied: [OnceLock<Response<Bytes>>; Reason::COUNT],
    unanswered: OnceLock<Response<Bytes>>,
    unidentified: OnceLock<Response<Bytes>>,
}

// === impl Refusal ===

impl Refusal {
    /// Tells the grant from the refusal.
    pub(crate) fn of(decided: Result<Decision, Unanswered>) -> Result<Grant, Self> {
        match decided {
            Ok(Decision::Admit(grant)) => Ok(grant),
            Ok(Decision::Refuse(denial)) => Err(Self::Denied(denial)),
            Err(unanswered) => Err(Self::Unanswered(unanswered)),
        }
    }
}

// === impl Terms ===

impl Default for Terms {
    fn default() -> Self {
        Self {
            authenticate: HeaderValue::from_static(r#"Bearer realm="subscription""#),
            problem_base: Cow::Borrowed("urn:statuary:problem:"),
            remedies: Remedies::new(),
            retry_after: Duration::from_secs(5),
            vary: Vary::new([header::AUTHORIZATION]),
        }
    }
}

// === impl Challenges ===

impl Challenges {
    pub(crate) fn new(terms: Terms) -> Self {
        Self {
            terms,
            denied: array::from_fn(|_| OnceLock::new()),
            unanswered: OnceLock::new(),
            unidentified: OnceLock::new(),
        }
    }

    pub(crate) const fn vary(&self) -> &Vary {
        &self.terms.vary
    }

    pub(crate) fn response(&self, refusal: Refusal) -> Response<Bytes> {
        match refusal {
            Refusal::Denied(denial) => {
                let mut response = self.denied(&denial);
                if let Some(delay) = denial.retry_after() {
                    let seconds = whole_seconds(delay);
                    response.headers_mut().insert(header::RETRY_AFTER, seconds);
                }
                response.extensions_mut().insert(denial);
                response
            }
            Refusal::Unanswered(unanswered) => {
                let mut response = self.unanswered();
                response.extensions_mut().insert(unanswered);
                response
            }
            Refusal::Unidentified(unidentified) => {
                let mut response = self.unidentified();
                response.extensions_mut().insert(unidentified);
                response
            }
        }
    }

    fn denied(&self, denial: &Denial) -> Response<Bytes> {
        let render = || self.render(&Problem::denied(denial, &self.terms.remedies));
        match self.denied.get(denial.reason() as usize) {
            Some(rendered) if denial.is_plain() => rendered.get_or_init(render).clone(),
            _ => render(),
        }
    }

    fn unanswered(&self) -> Response<Bytes> {
        let render = || {
            let mut response = self.render(&Problem::UNANSWERED);
            let seconds = whole_seconds(self.terms.retry_after);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
            response
        };
        self.unanswered.get_or_init(render).clone()
    }

    fn unidentified(&self) -> Response<Bytes> {
        let render = || {
            let mut response = self.render(&Problem::UNIDENTIFIED);
            let challenge = self.terms.authenticate.clone();
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
            response
        };
        self.unidentified.get_or_init(render).clone()
    }

    /// The part of a response that depends on nothing but the problem.
    fn render(&self, problem: &Problem<'_>) -> Response<Bytes> {
        let mut response = Response::new(problem.render(&self.terms.problem_base));
        *response.status_mut() = problem.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(problem::MEDIA_TYPE),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.terms.vary.merge_into(headers);
        if let Some(link) = links::header(&problem.links) {
            headers.insert(header::LINK, link);
        }
        response
    }
}

/// Rounded up: who comes back a moment early is refused again.
fn whole_seconds(delay: Duration) -> HeaderValue {
    let started = u64::from(delay.subsec_nanos() > 0);
    HeaderValue::from(delay.as_secs().saturating_add(started))
}
