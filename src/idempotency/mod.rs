//! A request is carried out once, however often it is sent: `Idempotency-Key`.
//!
//! A client that has lost an answer does not know whether it has paid. It gives its request a key, as
//! [draft-ietf-httpapi-idempotency-key-header-07] has it, and sends the request again with the same
//! key; [`IdempotencyLayer`] then answers with what was answered before, and the handler does not run.
//!
//! The layer stands between the paywall and the [charge](crate::settlement), so that an answer
//! given again is still the subscriber's own, and is not charged for again. Layers that change an
//! answer, as [`MultiStatusLayer`](crate::MultiStatusLayer) does, belong inside of it:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode, request::Parts};
//! use http_body_util::Full;
//! use statuary::{IdempotencyLayer, Unidentified, idempotency::MemoryStore};
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! /// Who pays. Set by a layer outside that authenticates, and by nobody else.
//! #[derive(Clone)]
//! struct Account(String);
//!
//! fn account(head: &Parts) -> Result<String, Unidentified> {
//!     head.extensions.get::<Account>().map(|account| account.0.clone()).ok_or(Unidentified)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Infallible> {
//! let once = IdempotencyLayer::new(MemoryStore::with_bytes(64 << 20), account);
//! let orders = ServiceBuilder::new()
//!     // .layer(paywall)
//!     .layer(once)
//!     // .layer(charge)
//!     .service(service_fn(async |_: Request<Full<Bytes>>| {
//!         Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("an order")))
//!     }));
//! let send = || {
//!     let request = Request::post("/orders").header("idempotency-key", r#""7f3c""#);
//!     request.extension(Account("alice".to_owned())).body(Full::default()).unwrap()
//! };
//!
//! let first = orders.clone().oneshot(send()).await?;
//! assert_eq!(first.headers().get("idempotent-replayed"), None);
//!
//! let again = orders.clone().oneshot(send()).await?;
//! assert_eq!(again.status(), StatusCode::OK);
//! assert_eq!(again.headers()["idempotent-replayed"], "true");
//! # Ok(())
//! # }
//! ```
//!
//! # Answers
//!
//! | the request | status | `reason` |
//! |---|---|---|
//! | has no key | the inner service's | |
//! | is new | the inner service's, sent when it is there as a whole | |
//! | was answered | that answer, with `Idempotent-Replayed: true` | |
//! | has no key, and [needs one](IdempotencyLayer::required_for) | 400 | `idempotency-key-missing` |
//! | has a key that is none, or several | 400 | `idempotency-key-invalid` |
//! | has a sender who is not known | 400 | `idempotency-key-unattributed` |
//! | is being answered | 409, `Retry-After` | `idempotency-key-in-progress` |
//! | was answered, and its answer [is not kept](IdempotencyLayer::largest_answer) | 409 | `idempotency-answer-not-kept` |
//! | is another one than that of the key | 422 | `idempotency-key-reused` |
//! | comes while the store fails or is full | 503, `Retry-After` | `idempotency-store-unavailable` |
//! | has not come through the paywall that the layer is [behind](IdempotencyLayer::behind) | 503 | `idempotency-store-unavailable` |
//!
//! After all but the first three nothing was carried out. These are refusals as those of a paywall are:
//! they take the form [that their caller reads](crate::challenge#forms), in
//! [terms](IdempotencyLayer::terms) of the layer's own or in those of the paywall that it is
//! [behind](IdempotencyLayer::behind), and leave an [`Unclaimed`](crate::challenge::Unclaimed), or for 503 an
//! [`Unanswered`](crate::subscription::Unanswered), in the extensions. gRPC is told by HTTP 200 and
//! [a status of its own](crate::challenge#grpc).
//!
//! # Where it stands
//!
//! Inside of the paywall: answers kept outside would go to those who have stopped paying. A layer
//! that is [behind](IdempotencyLayer::behind) a paywall refuses requests with a key that have not come
//! through it.
//!
//! Outside of the charge, which would be made for an answer given again, too. Where a charge stands
//! outside all the same, as a limit on how often anything is sent may do, the layer says so once in the
//! log, with the feature `tracing`.
//!
//! Outside of layers that change answers: what is given again is what was kept. So a
//! [`MultiStatusLayer`](crate::MultiStatusLayer) belongs inside. Outside, it leaves an answer to a request with
//! a key as it is, and in the place of one whose hrefs it would have to move it answers 503, which is how its
//! owner learns of the order: kept by then, that answer is given again with hrefs that lead nowhere. [A paywall
//! over members](crate::MemberPaywall::layer) lets neither through.
//!
//! Outside of routers that are nested, too. Inside of one, a request has lost the path of that router, and a
//! layer that stands in several takes their requests for the same, unless it is told the whole
//! [target](IdempotencyLayer::target).
//!
//! # What is the same request
//!
//! One with the same method, [target](IdempotencyLayer::target), authority and conditions, the same
//! `Content-Type`, `Content-Encoding`, `Content-Length`, `Content-Range` and `Range`, `Content-Digest` and
//! `Repr-Digest`, [RFC 9530], and of WebDAV `Depth`, `Destination`, `Lock-Token`, `Overwrite` and `If`: the
//! [`Fingerprint`] says it to the byte. Inside of a router that is nested, the target has to be
//! [told](#where-it-stands).
//!
//! What the body holds is not looked at: it is the handler's to read. Another body under the same key is told
//! by its length, that of the field or else that which the body itself knows. Where the two are of one length,
//! or of none that is known before they are read, as with chunks of HTTP/1 and without the field by HTTP/2, the
//! answer is the old one. Clients that want to be told when they mix up two bodies send a `Content-Digest`.
//!
//! # What is kept
//!
//! Answers [of success](IdempotencyLayer::keep_if), up to a size. Not an error of gRPC, which is a
//! success of HTTP, nor an answer that ends before its length or, in gRPC over HTTP/2, without its status, nor
//! the beginning of a tunnel, as a success of CONNECT is. Of an answer to HEAD, and of 204 and 304, the head is
//! kept, and the body is not read.
//! An answer is read as a whole before any of it leaves, so that a client that has gone gets it as well;
//! one that is not kept leaves as it comes, and its request is in progress until it has. `RateLimit` is left
//! out, since it tells what was left at that moment. A request that fails, is refused, or whose client goes
//! away before it is answered, counts as never sent, unless it may have been paid for.
//!
//! It may have been from the moment at which a [settlement](crate::Settlement) is asked to do its work. Where
//! it has charged, or does not say that it has not, since it fails, is late, or is given up with its client,
//! the request stays claimed: sent again, it is answered with 409 until the claim ends by itself.
//!
//! Of an answer that is [too large](IdempotencyLayer::largest_answer) it is kept that it was given, before
//! any of it leaves. Nobody knows how far it gets: its request is answered with 409 even where it broke off
//! and cost nothing, and is carried out once more with a new key.
//!
//! A client that goes away while its answer is being kept has paid: what is left to be done is
//! then done in a task of the Tokio runtime, within the [deadline](IdempotencyLayer::deadline).
//!
//! # Watching
//!
//! With the feature `metrics` the layer counts `statuary_idempotency_requests_total`, requests with a key
//! and those that lack one, by `outcome`:
//!
//! | outcome | the request |
//! |---|---|
//! | `kept` | was carried out, and its answer is kept |
//! | `released` | had no answer to keep, and may be sent again |
//! | `replayed` | was answered as before |
//! | `too-large` | was carried out, which is known, and its answer is not kept |
//! | `unknown` | may have been paid for and has no answer to keep, or had one when its claim was over, or the store did not say in time whether it keeps it |
//! | a `reason` of the table above | was refused |
//!
//! After `unknown` a request may be carried out, and paid for, again once its claim has ended. Where claims
//! are over before there are answers, let them last longer.
//!
//! With the feature `tracing` each is an event of level DEBUG, and a store that gave no answer one of
//! level WARN. Neither tells a key, or who has sent it.
//!
//! [draft-ietf-httpapi-idempotency-key-header-07]: https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.txt
//! [RFC 9530]: https://www.rfc-editor.org/rfc/rfc9530

mod answer;
mod body;
mod collecting;
mod desk;
mod fingerprint;
mod future;
mod key;
mod layer;
mod memory;
mod scoped_key;
mod service;
mod shelf;
mod store;
mod ticket;
mod watch;

pub use self::{
    answer::{Answer, StoredResponse},
    body::ResponseBody,
    fingerprint::Fingerprint,
    future::ResponseFuture,
    key::{IdempotencyKey, InvalidIdempotencyKey},
    layer::IdempotencyLayer,
    memory::{MemoryFull, MemoryStore},
    scoped_key::ScopedKey,
    service::Idempotency,
    store::{ClaimId, Claimed, IdempotencyStore, Kept},
};
