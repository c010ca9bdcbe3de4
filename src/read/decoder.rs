//! A multistatus that comes in chunks.

use super::{
    Response,
    engine::{Engine, Next},
};
use crate::xml::{Error, Limits, Window};

/// Reads the responses of a multistatus from chunks of its body, as they come.
///
/// It does no input of its own: [`feed`](Self::feed) it a chunk, take the responses that are complete
/// by [`next`](Self::next), and go on with the next chunk. When the body has ended, tell it so by
/// [`finish`](Self::finish), and take what is left. It reads exactly what
/// [`Reader`](super::Reader) reads, however the body is cut into chunks.
///
/// What it keeps is the response that is not complete yet, or a tag or a comment beside one, no longer
/// than [`Limits::resource`], and what has been fed and not been taken.
///
/// Only of two limits it may say something else than a `Reader`, which has the whole body before it: of
/// that one, and of [`Limits::bytes`]. Of a body longer than that, it gives the responses before it
/// fails, and a `Reader` none.
///
/// # Examples
///
/// ```
/// use statuary::read::Decoder;
///
/// let chunks = [
///     "<multistatus xmlns='DAV:'><response><href>/a</href><status>HTTP/1.1 2",
///     "04 No Content</status></response><response><href>/b</hr",
///     "ef><status>HTTP/1.1 423 Locked</status></response></multistatus>",
/// ];
///
/// let mut decoder = Decoder::new();
/// let mut seen = Vec::new();
/// for chunk in chunks {
///     decoder.feed(chunk.as_bytes());
///     while let Some(response) = decoder.next()? {
///         seen.push(response.status().unwrap().as_u16());
///     }
/// }
/// decoder.finish();
/// assert!(decoder.next()?.is_none());
/// assert_eq!(seen, [204, 423]);
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    window: Window,
    limits: Limits,
    /// There is one as soon as the encoding is known.
    engine: Option<Engine>,
    /// What is wrong with the bytes behind the window.
    broken: Option<Error>,
    bytes: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// There may be more.
    Open,
    /// The body has ended, but not all of it was read.
    Finished,
    /// All was read, or there was an error.
    Ended,
}

// === impl Decoder ===

impl Decoder {
    /// A decoder under [`Limits::stream`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(&Limits::stream())
    }

    /// A decoder under limits of your own.
    #[must_use]
    pub fn with_limits(limits: &Limits) -> Self {
        Self {
            window: Window::default(),
            limits: *limits,
            engine: None,
            broken: None,
            bytes: 0,
            state: State::Open,
        }
    }

    /// Takes a chunk of the body. What is wrong with it is told by [`next`](Self::next).
    pub fn feed(&mut self, chunk: &[u8]) {
        if self.state != State::Open || self.broken.is_some() {
            return;
        }
        if let Some(engine) = &mut self.engine {
            let read = engine.read();
            if read > 0 {
                engine.shift(read);
                self.window.shift(read);
            }
        }
        self.bytes = self.bytes.saturating_add(chunk.len());
        let checked = self.limits.check_bytes(self.bytes);
        self.broken = checked.and_then(|()| self.window.push(chunk)).err();
    }

    /// Notes that the body has ended.
    pub fn finish(&mut self) {
        if self.state == State::Open {
            self.state = State::Finished;
            if self.broken.is_none() {
                self.broken = self.window.end().err();
            }
        }
    }

    /// The next response that is complete; `None` if more has to be [fed](Self::feed) first, and after
    /// [`finish`](Self::finish) if there is none.
    ///
    /// # Errors
    ///
    /// When the document cannot be read, or passes one of the limits. There is nothing after that.
    #[expect(
        clippy::should_implement_trait,
        reason = "a response borrows from the decoder, so that this is no iterator"
    )]
    pub fn next(&mut self) -> Result<Option<Response<'_>>, Error> {
        if self.state == State::Ended {
            return Ok(None);
        }
        let is_last = self.state == State::Finished && self.broken.is_none();
        let Some(encoding) = self.window.encoding() else {
            return self.pause();
        };
        let limits = &self.limits;
        let engine = self
            .engine
            .get_or_insert_with(|| Engine::new(encoding, limits));
        let text = self.window.text();
        let next = engine
            .next(text, text.as_bytes(), is_last)
            .and_then(|next| match next {
                Next::Wait => engine.check_waiting(text).map(|()| next),
                _ => Ok(next),
            });
        match next {
            Ok(Next::Response(response)) => Ok(Some(response)),
            Ok(Next::Wait) => match self.broken.take() {
                Some(error) => {
                    self.state = State::Ended;
                    Err(error)
                }
                None => Ok(None),
            },
            Ok(Next::End) => {
                self.state = State::Ended;
                Ok(None)
            }
            Err(fault) => {
                self.state = State::Ended;
                Err(self.window.locate(fault))
            }
        }
    }

    /// Whether the whole document was read without an error. Only then are a missing member and the
    /// [`sync_token`](Self::sync_token) what they seem to be.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.state == State::Ended && self.engine.as_ref().is_some_and(Engine::is_complete)
    }

    /// A sentence for people about the whole of the answer.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.engine.as_ref()?.description.as_deref()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the
    /// next synchronisation. It is good only when the decoder [is complete](Self::is_complete).
    #[must_use]
    pub fn sync_token(&self) -> Option<&str> {
        self.engine.as_ref()?.sync_token.as_deref()
    }

    /// What there is before the encoding is known.
    fn pause(&mut self) -> Result<Option<Response<'_>>, Error> {
        match self.broken.take() {
            Some(error) => {
                self.state = State::Ended;
                Err(error)
            }
            None => Ok(None),
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
