//! Refusals as responses, in the form that the caller accepts.
//!
//! # Forms
//!
//! | the caller | gets |
//! |---|---|
//! | says nothing in `Accept`, or nothing that fits | `application/problem+json` ([RFC 9457]) |
//! | says the same, and uses a WebDAV method | a `DAV:error` document ([RFC 4918]) |
//! | accepts `text/html`, as browsers do | a [page](Page), in a language by `Accept-Language` |
//! | accepts `application/xml` | a `DAV:error` document |
//! | accepts `text/plain` | a few lines for a terminal |
//! | calls by gRPC: a POST of that `Content-Type` | HTTP 200 and a gRPC status |
//! | is answered by the owner's [renderer](RenderProblem) | the renderer's response |
//!
//! `Accept` is read as [RFC 9110] specifies: for each form the most specific range decides, the highest
//! weight wins, and a weight of 0 rules a form out. Among equal weights, the form that is named more
//! exactly wins, then the problem document, or `DAV:error` for a WebDAV method.
//!
//! The page has [languages](Page::with_texts), and words of the owner's for each reason. All other forms are
//! in English, as are the titles of links; what an owner says there in other words is the
//! [detail](crate::Denial::with_detail) of a denial.
//!
//! Every refusal is `no-store` and varies on `Accept`, a page on `Accept-Language` too. A 402 links to its
//! remedies ([RFC 8288]), a 401 says how to authenticate, a 503 says when to retry, if that helps. The
//! answer to HEAD has the header fields of that to GET. If the request has an `Origin`, the fields that a
//! script may want are [exposed](exposed_headers).
//!
//! # The problem document
//!
//! Its members are stable:
//!
//! | member | type | is |
//! |---|---|---|
//! | `type` | URI | the [base](Terms::problem_base) and the reason |
//! | `title` | string | a few words that never change for a reason |
//! | `status` | number | the status of the answer |
//! | `detail` | string | a sentence for people |
//! | `reason` | string | the [code](crate::Reason) that programs compare; [others](Unclaimed) are for idempotency keys |
//! | `retryable` | boolean | whether the same request may get through later, all else unchanged |
//! | `retry_after` | number | the seconds to wait, where it is retryable |
//! | `plan` | string | the plan of the subscription |
//! | `valid_until` | string | when the subscription ends or has ended, a date-time of [RFC 3339] in UTC |
//! | `limit` | number | the quota as a whole |
//! | `remaining` | number | what is left of it |
//! | `reset` | number | the seconds until it is renewed, whether or not that helps this request |
//! | `violated-policies` | array of strings | the quota policies that the request exceeds |
//! | `remedies` | object | links by [remedy](crate::subscription::Remedy::code), the most fitting first |
//!
//! The members from `plan` to `violated-policies` are present if the [denial](crate::Denial) has them.
//! Refusals by a charge or by an [idempotency layer](crate::idempotency) have the same members.
//! `violated-policies` is named as in the problem type `quota-exceeded` of the draft of the [RateLimit
//! fields]; the others are this crate's own.
//!
//! The `DAV:error` document has one condition, an element named by the reason, in the namespace
//! [`urn:statuary:payment`](crate::members::NAMESPACE). It contains `detail` and an element for each
//! remedy.
//!
//! # Refusals by handlers
//!
//! With [`Challenges`], a handler or a layer of the owner's own refuses in the same forms and words as the
//! paywall.
//!
//! # gRPC
//!
//! gRPC has no status for payment, and its clients map HTTP 402 to `UNKNOWN`. Calls by gRPC or gRPC-Web get
//! the status in the fields `grpc-status` and `grpc-message`, without a body. A proxy that judges such an
//! answer by its HTTP status takes it for a success.
//!
//! | refusal | gRPC status |
//! |---|---|
//! | the caller is not known | 16 `UNAUTHENTICATED` |
//! | `forbidden`, `not-in-plan` | 7 `PERMISSION_DENIED` |
//! | `quota-exhausted` | 8 `RESOURCE_EXHAUSTED` |
//! | every other reason | 9 `FAILED_PRECONDITION` |
//! | the check, the charge or the idempotency store gave no answer | 14 `UNAVAILABLE` |
//! | none was asked, since its layer is [misplaced](crate::subscription::UnansweredKind::Misplaced) | 13 `INTERNAL` |
//! | the idempotency key was refused | 3, 9 or 10, [by its cause](Unclaimed) |
//!
//! # The page
//!
//! The page has the owner's name, picture and colour, says what is wrong in a sentence, and offers the
//! remedy that helps most as a button and the others as links. It is plain HTML and CSS, and needs no
//! script:
//!
//! ```
//! # use statuary::{Decision, Grant, PaywallLayer, Unidentified, subscription::check_fn};
//! use statuary::challenge::Page;
//!
//! # let check = check_fn(
//! #     |_| Ok(()),
//! #     |()| async { Ok::<_, std::convert::Infallible>(Decision::Admit(Grant::free())) },
//! # );
//! let page = Page::new("Acme Reports").with_accent("#0a7d4f".parse()?);
//! let paywall = PaywallLayer::new(check)
//!     .upgrade("https://example.com/plans")
//!     .page(page);
//! # Ok::<_, statuary::challenge::InvalidAccent>(())
//! ```
//!
//! Its `Content-Security-Policy` is strict: it allows the one style sheet by its hash, the picture by its
//! origin, and nothing else.
//!
//! [RateLimit fields]: https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-11.html
//! [RFC 3339]: https://www.rfc-editor.org/rfc/rfc3339#section-5.6
//! [RFC 4918]: https://www.rfc-editor.org/rfc/rfc4918#section-16
//! [RFC 8288]: https://www.rfc-editor.org/rfc/rfc8288
//! [RFC 9110]: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

mod accept;
mod accept_language;
mod challenges;
mod dav_error;
mod escape;
pub(crate) mod expose;
mod facts;
mod format;
pub(crate) mod grpc;
mod json;
mod links;
pub(crate) mod list;
mod page;
mod problem;
mod refusal;
mod renderer;
mod scribe;
mod terms;
mod text;
mod unclaimed;

pub(crate) use self::problem::whole_seconds;
pub use self::{
    challenges::Challenges,
    expose::exposed_headers,
    page::{Accent, InvalidAccent, Page, Texts},
    problem::Problem,
    refusal::Refusal,
    renderer::RenderProblem,
    terms::Terms,
    unclaimed::Unclaimed,
};
