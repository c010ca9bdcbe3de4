//! Looking into the multistatus of a response before it is sent.

use std::sync::{Arc, Weak};

use http::{Response, StatusCode};
use http_body::Body;

use super::{
    body::ResponseBody,
    error::DavError,
    respond::{Attached, mend},
    stream_body::{Shared, Streaming},
};
use crate::multistatus::MultiStatus;

/// The multistatus of a response.
pub(crate) enum Opened {
    /// It is a 207, or was one, and its content cannot be seen.
    Closed,
    /// There is none.
    Other,
    /// It is being streamed.
    Streaming(Held),
    /// It is whole.
    Whole(Box<MultiStatus>),
}

/// A streamed multistatus, taken out of its response.
pub(crate) struct Held {
    shared: Arc<Shared>,
    pub(crate) streaming: Box<Streaming>,
}

// === impl Opened ===

impl Opened {
    /// Looks into a response.
    #[inline]
    pub(crate) fn of<B: Body>(response: &Response<B>) -> Self {
        match response.extensions().get::<Attached>() {
            None if response.status() == StatusCode::MULTI_STATUS => Self::Closed,
            None => Self::Other,
            Some(attached) => Self::attached(attached, response),
        }
    }

    fn attached<B: Body>(attached: &Attached, response: &Response<B>) -> Self {
        match attached {
            Attached::Document(..) | Attached::Located | Attached::Redundant(_) => {
                match response.status() {
                    StatusCode::MULTI_STATUS => Self::Closed,
                    _ => Self::Other,
                }
            }
            attached if !attached.is_still_on(response) => Self::Closed,
            attached if attached.bound(response.extensions()).is_some() => Self::Closed,
            Attached::Whole(finished) => Self::Whole(Box::new(finished.reopened())),
            Attached::Streaming(shared) => match Held::of(shared) {
                Some(held) => Self::Streaming(held),
                None => Self::Closed,
            },
        }
    }
}

// === impl Held ===

impl Held {
    /// Takes it, unless its body is gone or is already being read.
    fn of(shared: &Weak<Shared>) -> Option<Self> {
        let shared = shared.upgrade()?;
        let streaming = shared.take()?;
        Some(Self { shared, streaming })
    }

    /// Gives it back to its response.
    pub(crate) fn give_back(self) {
        self.shared.give_back(self.streaming);
    }
}

// === impl ResponseBody ===

impl<B> ResponseBody<B> {
    /// The response as it is.
    #[inline]
    pub(crate) fn unchanged(response: Response<B>) -> Response<Self> {
        response.map(Self::inner)
    }

    /// The response with its multistatus replaced by another.
    pub(crate) fn replaced(response: Response<B>, multistatus: MultiStatus) -> Response<Self> {
        let (mut head, _) = response.into_parts();
        let (mut other, body) = multistatus.into_http().into_parts();
        if let Some(attached) = other.extensions.remove::<Attached>() {
            head.extensions.insert(attached);
        }
        mend(&mut head, &body);
        Response::from_parts(head, Self::multistatus(body))
    }

    /// An error in place of the response.
    pub(crate) fn failed(error: DavError) -> Response<Self> {
        error.into_http().map(Self::multistatus)
    }
}
