//! A multistatus, one response after the other.

use std::iter::FusedIterator;

use super::{
    Response,
    engine::{Engine, Next},
};
use crate::xml::{Error, Fault, Limits, Pages};

/// An iterator over the responses of a multistatus.
///
/// It ends after the last response or after the first error. The [`description`](Self::description) and the
/// [`sync_token`](Self::sync_token) are complete once it has ended. It reads the body of a 207; that of
/// another status is [not a multistatus](crate::read#what-is-read).
///
/// # Examples
///
/// ```
/// use std::error::Error;
///
/// use http::{Response, StatusCode};
/// use statuary::read::Reader;
///
/// /// Prints what has changed; the token for the next time.
/// fn changes(answer: &Response<Vec<u8>>) -> Result<Option<String>, Box<dyn Error>> {
///     if answer.status() != StatusCode::MULTI_STATUS {
///         return Err(format!("the server answers {}", answer.status()).into());
///     }
///     let mut reader = Reader::new(answer.body());
///     for response in reader.by_ref() {
///         println!("{:?}", response?.href());
///     }
///     Ok(reader.sync_token().map(str::to_owned))
/// }
/// # let body = br#"<multistatus xmlns="DAV:">
/// #     <response><href>/contacts/1.vcf</href><status>HTTP/1.1 404 Not Found</status></response>
/// #     <sync-token>http://example.com/sync/2</sync-token>
/// # </multistatus>"#;
/// # let answer = |status: u16| Response::builder().status(status).body(body.to_vec());
/// # assert_eq!(changes(&answer(207)?)?.as_deref(), Some("http://example.com/sync/2"));
/// # assert!(changes(&answer(404)?).is_err());
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a reader reads nothing until it is iterated"]
pub struct Reader<'a> {
    pages: Pages<'a>,
    engine: Engine,
    has_ended: bool,
}

// === impl Reader ===

impl<'a> Reader<'a> {
    /// Reads the bytes of a body, under [`Limits::response`].
    pub fn new(body: &'a [u8]) -> Self {
        Self::with_limits(body, &Limits::response())
    }

    /// Reads the bytes of a body, under limits of your own.
    pub fn with_limits(body: &'a [u8], limits: &Limits) -> Self {
        let pages = Pages::new(body, limits);
        Self {
            engine: Engine::new(pages.encoding(), limits),
            pages,
            has_ended: false,
        }
    }

    /// Whether the document was read to its end, without an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.engine.is_complete()
    }

    /// The description of the whole answer, a text for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.engine.description.as_deref()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the next
    /// synchronisation. It is valid only if the reader [is complete](Self::is_complete).
    #[must_use]
    pub fn sync_token(&self) -> Option<&str> {
        self.engine.sync_token.as_deref()
    }

    fn read(&mut self) -> Result<Option<Response<'a>>, Error> {
        if self.has_ended {
            return Ok(None);
        }
        // Unless there is a response.
        self.has_ended = true;
        loop {
            let is_last = self.pages.is_last();
            let next = match self.pages.lent() {
                Some((page, bytes)) => self.engine.next(page, bytes, is_last),
                None => {
                    let page = self.pages.text();
                    own(self.engine.next(page, page.as_bytes(), is_last))
                }
            };
            match next.map_err(|fault| self.pages.locate(fault))? {
                Next::Response(response) => {
                    self.has_ended = false;
                    return Ok(Some(response));
                }
                Next::Wait if self.pages.is_followed() => self.turn(),
                Next::Wait | Next::End => return self.pages.broken().map_or(Ok(None), Err),
            }
        }
    }

    /// Goes on to the next page.
    fn turn(&mut self) {
        let read = self.engine.read();
        self.engine.shift(read);
        self.pages.turn(read);
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Response<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl FusedIterator for Reader<'_> {}

// === helpers ===

/// Makes owned what was read from a text that only the reader has.
fn own<'a>(next: Result<Next<'_>, Fault>) -> Result<Next<'a>, Fault> {
    Ok(match next? {
        Next::Response(response) => Next::Response(response.into_owned()),
        Next::Wait => Next::Wait,
        Next::End => Next::End,
    })
}
