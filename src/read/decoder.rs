//! A multistatus that arrives in chunks.

use super::{
    Response,
    engine::{Engine, Next},
};
use crate::xml::{Error, Limits, Window};

/// Reads the responses of a multistatus from the chunks of its body, as they arrive.
///
/// It does no I/O: [`feed`](Self::feed) it a chunk, take the complete responses by [`next`](Self::next), and
/// go on with the next chunk. When the body has ended, call [`finish`](Self::finish), and take what is left.
/// It reads exactly what [`Reader`](super::Reader) reads, however the body is cut into chunks.
///
/// It buffers what was fed and not taken yet, and the response that is not complete yet, or a tag or comment
/// outside of responses, of at most [`Limits::resource`].
///
/// Only at two limits it may fail differently from a `Reader`, which has the whole body: at that one, and at
/// [`Limits::bytes`]. If a body is longer than the latter, it returns responses before it fails, and a
/// `Reader` returns none.
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
    /// `None` until the encoding is known.
    engine: Option<Engine>,
    /// The error in the bytes behind the window.
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
    /// Everything was read, or there was an error.
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

    /// Takes a chunk of the body. An error in it is returned by [`next`](Self::next).
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

    /// The next complete response; `None` if more has to be [fed](Self::feed) first, or, after
    /// [`finish`](Self::finish), if there are no more.
    ///
    /// # Errors
    ///
    /// When the document cannot be read, or exceeds a limit. There are no responses after an error.
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

    /// Whether the whole document was read without an error. Only then is a member that is not listed really
    /// missing, and the [`sync_token`](Self::sync_token) valid.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.state == State::Ended && self.engine.as_ref().is_some_and(Engine::is_complete)
    }

    /// The description of the whole answer, a text for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.engine.as_ref()?.description.as_deref()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the next
    /// synchronisation. It is valid only if the decoder [is complete](Self::is_complete).
    #[must_use]
    pub fn sync_token(&self) -> Option<&str> {
        self.engine.as_ref()?.sync_token.as_deref()
    }

    /// The result of [`next`](Self::next) before the encoding is known.
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
