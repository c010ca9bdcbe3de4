//! Reading the body of a 207.
//!
//! A multistatus is read one [`Response`] at a time, so that the members of a long listing are never all in
//! memory:
//!
//! | input | reader |
//! |---|---|
//! | the bytes of the whole body | [`Reader`], an iterator |
//! | chunks, in a loop of your own | [`Decoder`] |
//! | a body or a stream of chunks | [`ResponseStream`], a stream |
//!
//! # What is read
//!
//! A multistatus is the body of a 207, so look at the status first: the body of a 404 or a 401 is a page, a
//! `DAV:error` or nothing, and a reader can only say that its root is wrong or missing. A `DAV:error`
//! ([RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16)) is an
//! [`Element`](crate::xml::Element), whose children are the conditions that were not met:
//!
//! ```
//! use statuary::xml::{Element, Name};
//!
//! /// Whether a server that refused to synchronise no longer knows the token.
//! fn is_outdated(body: &str) -> bool {
//!     let Ok(error) = Element::parse(body) else {
//!         return false; // a page, or nothing
//!     };
//!     let is_error = error.name() == Name::dav("error");
//!     is_error && error.children().any(|it| it.name() == Name::dav("valid-sync-token"))
//! }
//!
//! assert!(is_outdated(r#"<?xml version="1.0"?><error xmlns="DAV:"><valid-sync-token/></error>"#));
//! assert!(!is_outdated("<html/>"));
//! ```
//!
//! All three read the same. They are lenient where
//! [RFC 4918, section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) asks for it and where servers in
//! use need it, and strict where the safety of the client depends on it:
//!
//! - Elements may come in any order. Unknown elements and attributes are ignored.
//! - A status line may lack its version or its phrase. If it holds no code, or a propstat has none,
//!   [`PropStat::status`] is `None`: the properties are listed, but what became of them is unknown.
//! - A response may lack its `href`, and may have both a status and propstats, or neither.
//! - The root may be a `multistatus` in no namespace, which one server writes. A `response` in no namespace
//!   is then an error, since ignoring it would make the listing short.
//! - The document must be well-formed and namespace-correct, without a document type, under
//!   [`Limits`](crate::xml::Limits). One that ends too early is an error, never a short listing.
//!
//! The value of a property is an [`ElementRef`], which can be read as text, as a
//! [number](ElementRef::number), as a [time](ElementRef::http_date), as [hrefs](ElementRef::hrefs), or as an
//! [`Element`](crate::xml::Element).
//!
//! A [`Response`] is a part of the body, with the places of what is in it: nothing is copied until it is
//! asked for. Responses that differ only in their text are recognised and read without a parser, even in the
//! next document from the same server. For that, a thread keeps the markup of documents with four different
//! roots, mostly some KiB of each and at most one MiB, but not the text of elements that hold nothing else.
//! A root whose declarations take more than 16 KiB is not kept.
//!
//! # Three kinds of 404
//!
//! A 404 can mean three things, and a client that mixes them up deletes what it should keep:
//!
//! | where | what does not exist |
//! |---|---|
//! | the status of the HTTP response | the target; there is no multistatus to read |
//! | [`Response::status`] | this resource |
//! | [`PropStat::status`] | these properties of an existing resource |
//!
//! # Examples
//!
//! ```
//! use statuary::{read::Reader, xml::Name};
//!
//! let body = br#"<?xml version="1.0"?>
//! <D:multistatus xmlns:D="DAV:">
//!   <D:response>
//!     <D:href>/notes/</D:href>
//!     <D:propstat>
//!       <D:prop><D:getetag>"7"</D:getetag></D:prop>
//!       <D:status>HTTP/1.1 200 OK</D:status>
//!     </D:propstat>
//!     <D:propstat>
//!       <D:prop><D:displayname/></D:prop>
//!       <D:status>HTTP/1.1 404 Not Found</D:status>
//!     </D:propstat>
//!   </D:response>
//!   <D:response>
//!     <D:href>/notes/old.txt</D:href>
//!     <D:status>HTTP/1.1 404 Not Found</D:status>
//!   </D:response>
//! </D:multistatus>"#;
//!
//! let mut reader = Reader::new(body);
//!
//! let notes = reader.next().unwrap()?;
//! assert_eq!(notes.href().unwrap(), "/notes/");
//! assert_eq!(notes.value(&Name::dav("getetag")).unwrap().text(), "\"7\"");
//! assert_eq!(notes.value(&Name::dav("displayname")), None);
//! assert!(notes.is_ok());
//!
//! let old = reader.next().unwrap()?;
//! assert!(!old.is_ok());
//! assert!(reader.next().is_none());
//! # Ok::<(), statuary::xml::Error>(())
//! ```

mod builder;
mod decoder;
mod element_ref;
mod engine;
mod experience;
mod layout;
mod memory;
mod place;
mod propstat;
mod reader;
mod response;
mod stream;
mod target;
mod vocabulary;

pub use self::{
    decoder::Decoder,
    element_ref::{ElementRef, Elements},
    propstat::PropStat,
    reader::Reader,
    response::{Failure, Response},
    stream::{BodyChunks, ResponseStream, StreamError},
    target::resolve,
};
