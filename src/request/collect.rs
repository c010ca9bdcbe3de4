//! From a stream of frames to one body.

use std::{future::poll_fn, pin::pin, time::Duration};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::Request;
use http_body::Body;

use super::{Rejection, body::parse, check_media_type};
use crate::{dav::Depth, xml::Limits};

/// How long the extractors wait for the whole of a body.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Collects a body, up to [`Limits::bytes`] and a deadline.
///
/// A body that is announced to be longer is refused before any of it is read.
///
/// # Errors
///
/// When the body is too long (413), takes longer than the deadline (408), or breaks off (400).
///
/// # Panics
///
/// Outside of a Tokio runtime that has its timers enabled.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use statuary::{request::{DEADLINE, Propfind, Rejection, check_media_type, collect}, xml::Limits};
///
/// async fn propfind<B: http_body::Body>(request: Request<B>) -> Result<Propfind, Rejection> {
///     let (head, body) = request.into_parts();
///     let body = collect(body, &Limits::request(), DEADLINE).await?;
///     if !body.is_empty() {
///         check_media_type(&head.headers)?;
///     }
///     Ok(Propfind::parse(&body, &Limits::request())?)
/// }
/// ```
pub async fn collect<B: Body>(
    body: B,
    limits: &Limits,
    deadline: Duration,
) -> Result<Bytes, Rejection> {
    if body.size_hint().lower() > u64::try_from(limits.bytes).unwrap_or(u64::MAX) {
        return Err(Rejection::too_large(limits.bytes));
    }
    tokio::time::timeout(deadline, read(body, limits.bytes))
        .await
        .unwrap_or_else(|_| Err(Rejection::timed_out()))
}

/// Reads a whole request: its body, under the limits in its extensions.
pub(super) async fn read_request<T: super::body::Body, B: Body>(
    request: Request<B>,
) -> Result<T, Rejection> {
    match read_optional(request).await? {
        Some(read) => Ok(read),
        None => Ok(parse(&[], &Limits::request())?),
    }
}

/// Reads a whole request that may have no body.
pub(super) async fn read_optional<T: super::body::Body, B: Body>(
    request: Request<B>,
) -> Result<Option<T>, Rejection> {
    let (head, body) = request.into_parts();
    let limits = head.extensions.get().copied().unwrap_or_default();
    let body = collect(body, &limits, DEADLINE).await?;
    if body.is_empty() {
        return Ok(None);
    }
    check_media_type(&head.headers)?;
    let read: T = parse(&body, &limits)?;
    if read.is_about_target_alone() {
        Depth::check_zero(&head.headers)?;
    }
    Ok(Some(read))
}

// === helpers ===

async fn read<B: Body>(body: B, most: usize) -> Result<Bytes, Rejection> {
    let mut body = pin!(body);
    let mut read = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(mut data) = frame.map_err(|_| Rejection::broken_off())?.into_data() else {
            continue;
        };
        if data.remaining() > most - read.len() - more.len() {
            return Err(Rejection::too_large(most));
        }
        // Most bodies are one frame, which needs no copy.
        if read.is_empty() && more.is_empty() {
            read = data.copy_to_bytes(data.remaining());
        } else {
            if more.is_empty() {
                more.put(std::mem::take(&mut read));
            }
            more.put(data);
        }
    }
    Ok(if more.is_empty() { read } else { more.freeze() })
}
