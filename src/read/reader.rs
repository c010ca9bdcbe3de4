//! A multistatus, one response after the other.

use std::{iter::FusedIterator, mem};

use super::Response;
use crate::xml::{Error, ErrorKind, Limits, Parser};

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
/// assert_eq!(reader.sync_token(), Some("http://example.com/sync/2"));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a reader reads nothing until it is iterated"]
pub struct Reader<'a> {
    state: State<'a>,
    description: Option<String>,
    sync_token: Option<String>,
}

#[derive(Debug)]
enum State<'a> {
    Unread(&'a [u8], Limits),
    Inside(Box<Parser<'a>>),
    Ended,
}

// === impl Reader ===

impl<'a> Reader<'a> {
    /// A reader of the bytes of a body, under [`Limits::response`].
    pub fn new(body: &'a [u8]) -> Self {
        Self::with_limits(body, &Limits::response())
    }

    /// A reader under limits of your own.
    pub fn with_limits(body: &'a [u8], limits: &Limits) -> Self {
        Self {
            state: State::Unread(body, *limits),
            description: None,
            sync_token: None,
        }
    }

    /// A sentence for people about the whole of the answer.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The token of [RFC 6578](https://www.rfc-editor.org/rfc/rfc6578#section-6.2), to be sent with the
    /// next synchronisation. It is good only when the reader has ended without an error.
    #[must_use]
    pub fn sync_token(&self) -> Option<&str> {
        self.sync_token.as_deref()
    }

    fn read(&mut self) -> Result<Option<Response>, Error> {
        // Left behind when the reading fails.
        let mut parser = match mem::replace(&mut self.state, State::Ended) {
            State::Unread(body, limits) => Box::new(enter(body, &limits)?),
            State::Inside(parser) => parser,
            State::Ended => return Ok(None),
        };
        while parser.enter()? {
            if parser.is_dav("response") {
                let response = Response::read(&mut parser)?;
                self.state = State::Inside(parser);
                return Ok(Some(response));
            } else if parser.is_dav("responsedescription") {
                self.description = Some(parser.content()?);
            } else if parser.is_dav("sync-token") {
                self.sync_token = Some(parser.content()?);
            } else {
                parser.skip()?;
            }
        }
        parser.next()?;
        Ok(None)
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Response, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl FusedIterator for Reader<'_> {}

// === helpers ===

fn enter<'a>(body: &'a [u8], limits: &Limits) -> Result<Parser<'a>, Error> {
    let mut parser = Parser::new(body, limits)?;
    parser.next()?;
    let is_named = parser.local() == "multistatus";
    if is_named && matches!(parser.namespace(), "DAV:" | "") {
        return Ok(parser);
    }
    let sentence = "the root element is not `multistatus` in the namespace `DAV:`";
    Err(parser.error(ErrorKind::UnexpectedRoot, sentence))
}
