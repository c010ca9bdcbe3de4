//! `Idempotency-Key`: a request is carried out once, however often it is sent.
//!
//! A client that has lost an answer does not know whether it has paid. If it gives its request a key, as
//! [draft-ietf-httpapi-idempotency-key-header-07] specifies, it can send the request again with the same key:
//! [`IdempotencyLayer`] then replays the earlier answer, and the handler does not run.
//!
//! The layer belongs between the paywall and the [charge](crate::settlement), so that an answer is replayed
//! only to those who may pass now, and is not charged for again. Layers that change an answer, such as
//! [`MultiStatusLayer`](crate::MultiStatusLayer), belong inside of it:
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
//! | is new | the inner service's, sent once it is complete | |
//! | was answered before | that answer, with `Idempotent-Replayed: true` | |
//! | has no key, and [needs one](IdempotencyLayer::required_for) | 400 | `idempotency-key-missing` |
//! | has an invalid key, or several keys | 400 | `idempotency-key-invalid` |
//! | has a key, and an unknown sender | 400 | `idempotency-key-unattributed` |
//! | is being answered | 409, `Retry-After` | `idempotency-key-in-progress` |
//! | was answered, and its answer [is not kept](IdempotencyLayer::largest_answer) | 409 | `idempotency-answer-not-kept` |
//! | is not the one that the key was used for | 422 | `idempotency-key-reused` |
//! | comes while the store fails or is full | 503, `Retry-After` | `idempotency-store-unavailable` |
//! | has not come through the paywall that the layer is [behind](IdempotencyLayer::behind) | 503 | `idempotency-store-unavailable` |
//!
//! All but the first three are refusals: the handler does not run. They take the form [that the caller
//! accepts](crate::challenge#forms), in [terms](IdempotencyLayer::terms) of the layer's own or in those of
//! the paywall that it is [behind](IdempotencyLayer::behind), and leave an
//! [`Unclaimed`](crate::challenge::Unclaimed), or with 503 an
//! [`Unanswered`](crate::subscription::Unanswered), in the extensions. gRPC gets HTTP 200 and [a status of
//! its own](crate::challenge#grpc).
//!
//! # Order of layers
//!
//! Put the layer inside of the paywall: answers kept outside would go to those who have stopped paying. A
//! layer that is [behind](IdempotencyLayer::behind) a paywall refuses requests with a key that have not come
//! through it.
//!
//! Put it outside of the charge, which would otherwise be made for a replayed answer, too. If a charge is
//! outside anyway, such as a limit on how often anything is sent, the layer logs this once, with the feature
//! `tracing`.
//!
//! Put it outside of layers that change answers, since what is replayed is what was kept. So a
//! [`MultiStatusLayer`](crate::MultiStatusLayer) belongs inside. One that is outside leaves the answer to a
//! request with a key as it is, and replaces one whose hrefs it would have to move by a 503, so that its
//! owner learns of the order; the kept answer is replayed with hrefs that lead nowhere. [A paywall over
//! members](crate::MemberPaywall::layer) lets neither through.
//!
//! Put it outside of nested routers, too. Inside of one, a request has lost the path of that router, and a
//! layer that is in several takes their requests for the same, unless it knows the whole
//! [target](IdempotencyLayer::target).
//!
//! # What is the same request
//!
//! One with the same method, [target](IdempotencyLayer::target), authority and conditions, the same
//! `Content-Type`, `Content-Encoding`, `Content-Length`, `Content-Range` and `Range`, the same
//! `Content-Digest` and `Repr-Digest` ([RFC 9530]), and the same WebDAV fields `Depth`, `Destination`,
//! `Lock-Token`, `Overwrite` and `If`: the [`Fingerprint`] defines it to the byte. Inside of a nested router,
//! the layer [has to know the target](#order-of-layers).
//!
//! The content of the body is left to the handler to read. Another body under the same key is recognised by
//! its length: that of the field, or else that which the body itself knows. If both have the same length, or
//! lengths that are not known before they are read (chunks in HTTP/1, or no such field in HTTP/2), the old
//! answer is replayed. Clients that want a mix-up of two bodies to be detected send a `Content-Digest`.
//!
//! # What is kept
//!
//! Answers [of success](IdempotencyLayer::keep_if), up to a size; but neither a gRPC error, whose HTTP status
//! is 200, nor an answer that ends before its length or, in gRPC over HTTP/2, without its status, nor the
//! beginning of a tunnel, such as a success of CONNECT. Of an answer to HEAD, and of 204 and 304, only the
//! head is kept, and the body is not read. Any other answer is read as a whole before any of it is sent, so
//! that a client that has disconnected can still get it; one that is not kept is streamed, and its request is
//! in progress until its end. `RateLimit` is left out, since it holds only for that moment. A request that
//! fails, is refused, or whose client disconnects before it is answered, counts as never sent, unless it may
//! have been paid for.
//!
//! It may have been as soon as a [settlement](crate::Settlement) begins a step. If the settlement has
//! charged, or does not say that it has not, since it fails, is late, or is dropped with its client, the
//! request stays claimed: sent again, it is answered with 409 until the claim expires.
//!
//! For an answer that is [too large](IdempotencyLayer::largest_answer), only that it was given is kept,
//! before any of it is sent. How much of it arrives is not known: sent again, its request is answered with
//! 409 even if the answer broke off and cost nothing, and is carried out again only with a new key.
//!
//! A client that disconnects while its answer is being kept may have paid: the rest is then done in a task of
//! the Tokio runtime, within the [deadline](IdempotencyLayer::deadline).
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
//! | `replayed` | got the earlier answer |
//! | `too-large` | was carried out, which is kept, but not its answer |
//! | `unknown` | may have been paid for and has no answer to keep, or was answered after its claim was over, or the store did not confirm that it keeps the answer |
//! | a `reason` of the table above | was refused |
//!
//! After `unknown`, a request may be carried out and paid for again once its claim has ended. If claims end
//! before the answers come, let them last longer.
//!
//! With the feature `tracing`, each is a DEBUG event, and a store that gave no answer a WARN event. Neither
//! reveals a key, or who sent it.
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
