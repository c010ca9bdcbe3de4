//! A multistatus, one response after the other.

use std::iter::FusedIterator;

use super::{
    Response,
    engine::{Engine, Next},
};
use crate::xml::{Document, Error, Fault, Limits};

/// An iterator over the responses of a multistatus.
///
/// It ends after the last response or after the first error. What stands outside of the responses is
/// complete when it has ended.
///
/// # Examples
///
/// ```
/// use statuary::read::Reader;
///
/// let body = br#"<multistatus xmlns="DAV:">
///     <response><href>/contacts/1.vcf</href><status>HTTP/1.1 404 Not Found</status></response>
///     <sync-token>http://example.com/sync/2</sync-token>
/// </multistatus>"#;
///
/// let mut reader = Reader::new(body);
/// for response in reader.by_ref() {
///     println!("{:?}", response?.href());
/// }
/// assert!(reader.is_complete());
/// assert_eq!(reader.sync_token(), Some("http://example.com/sync/2"));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a reader reads nothing until it is iterated"]
pub struct Reader<'a> {
    document: Document<'a>,
    /// What is wrong with the bytes behind what the document holds.
    broken: Option<Error>,
    engine: Engine,
    has_ended: bool,
}

// === impl Reader ===

impl<'a> Reader<'a> {
    /// A reader of the bytes of a body, under [`Limits::response`].
    pub fn new(body: &'a [u8]) -> Self {
        Self::with_limits(body, &Limits::response())
    }

    /// A reader under limits of your own.
    pub fn with_limits(body: &'a [u8], limits: &Limits) -> Self {
        let (document, broken) = Document::begin(body, limits);
        Self {
            engine: Engine::new(document.encoding(), limits),
            document,
            broken,
            has_ended: false,
        }
    }

    /// Whether the document was read to its end, without an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.engine.is_complete()
    }

    /// A sentence for people about the whole of the answer.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.engine.description.as_deref()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the
    /// next synchronisation. It is good only when the reader [is complete](Self::is_complete).
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
        let is_last = self.broken.is_none();
        let next = match self.document.borrowed() {
            Some(text) => self.engine.next(text, is_last),
            None => own(self.engine.next(self.document.text(), is_last)),
        };
        match next.map_err(|fault| fault.locate(&self.document))? {
            Next::Response(response) => {
                self.has_ended = false;
                Ok(Some(response))
            }
            Next::Wait | Next::End => self.broken.take().map_or(Ok(None), Err),
        }
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

/// What was read from a text that only the reader has.
fn own<'a>(next: Result<Next<'_>, Fault>) -> Result<Next<'a>, Fault> {
    Ok(match next? {
        Next::Response(response) => Next::Response(response.into_owned()),
        Next::Wait => Next::Wait,
        Next::End => Next::End,
    })
}
