//! From a stream of frames to one body.

use std::{error::Error, future::poll_fn, iter, pin::pin};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::Request;
use http_body::Body;
use http_body_util::LengthLimitError;

use super::{
    Rejection,
    body::{check_depth, parse},
    check_media_type,
};
use crate::xml::Limits;

/// Collects a body of up to [`Limits::bytes`], which may take up to [`Limits::wait`].
///
/// A body whose announced length exceeds the limit is refused before any of it is read.
///
/// # Errors
///
/// When the body is too long (413), also for a layer that limits it, such as tower-http's
/// `RequestBodyLimitLayer`; when it takes too long (408), or breaks off (400).
///
/// # Panics
///
/// Outside of a Tokio runtime that has its timers enabled.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use statuary::{request::{Propfind, Rejection, check_media_type, collect}, xml::Limits};
///
/// async fn propfind<B>(request: Request<B>) -> Result<Propfind, Rejection>
/// where
///     B: http_body::Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
/// {
///     let (head, body) = request.into_parts();
///     let body = collect(body, &Limits::request()).await?;
///     if !body.is_empty() {
///         check_media_type(&head.headers)?;
///     }
///     Ok(Propfind::parse(&body, &Limits::request())?)
/// }
/// ```
pub async fn collect<B>(body: B, limits: &Limits) -> Result<Bytes, Rejection>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    if body.size_hint().lower() > u64::try_from(limits.bytes).unwrap_or(u64::MAX) {
        return Err(Rejection::too_large(Some(limits.bytes)));
    }
    tokio::time::timeout(limits.wait, read(body, limits.bytes))
        .await
        .unwrap_or_else(|_| Err(Rejection::timed_out()))
}

/// Reads a whole request: its body, under the limits in its extensions.
pub(super) async fn read_request<T, B>(request: Request<B>) -> Result<T, Rejection>
where
    T: super::body::Body,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    match read_optional(request).await? {
        Some(read) => Ok(read),
        None => Ok(parse(&[], &Limits::request())?),
    }
}

/// Reads a whole request that may have no body.
pub(super) async fn read_optional<T, B>(request: Request<B>) -> Result<Option<T>, Rejection>
where
    T: super::body::Body,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let (head, body) = request.into_parts();
    let limits: Limits = head.extensions.get().copied().unwrap_or_default();
    let body = collect(body, &limits).await?;
    if body.is_empty() {
        return Ok(None);
    }
    check_media_type(&head.headers)?;
    let read: T = parse(&body, &limits)?;
    check_depth(&read, &head.headers)?;
    Ok(Some(read))
}

// === helpers ===

async fn read<B>(body: B, most: usize) -> Result<Bytes, Rejection>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let mut body = pin!(body);
    let mut read = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|error| broken_off(error.into()))?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > most - read.len() - more.len() {
            return Err(Rejection::too_large(Some(most)));
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

/// A layer that limits a body can only break it off; all such layers say so by the same error.
fn broken_off(error: Box<dyn Error + Send + Sync>) -> Rejection {
    let first: &(dyn Error + 'static) = &*error;
    let mut causes = iter::successors(Some(first), |&cause| cause.source());
    match causes.any(<dyn Error>::is::<LengthLimitError>) {
        true => Rejection::too_large(None),
        false => Rejection::broken_off(error.into()),
    }
}
