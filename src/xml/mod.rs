//! The syntax of XML 1.0 with namespaces, as far as WebDAV bodies need it: names, text, elements,
//! and a parser with limits.
//!
//! Of WebDAV this module knows only what all its documents share: the prefixes of `DAV:` and of the most
//! common namespaces, what there may be too much of ([`Limits`]), and what may be wrong ([`ErrorKind`]).
//! [RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2) asks that every body be
//! well-formed and namespace-correct; both writing and reading build on this module.

mod buffer;
mod capture;
mod content;
mod declaration;
mod document;
mod element;
mod encoding;
mod error;
mod escape;
mod inside;
mod key;
mod lexer;
mod limits;
mod markup;
mod name;
mod namespaces;
mod pages;
mod parser;
mod piece;
mod prefixes;
mod pull;
mod reference;
mod scope;
mod source;
mod start_tag;
mod text;
mod window;

pub(crate) use self::{
    buffer::Buffer,
    document::document,
    encoding::Encoding,
    error::Fault,
    escape::{SHORT, is_forbidden, push_attribute, push_text},
    inside::{content, direct_text, is_empty},
    markup::Markup,
    pages::Pages,
    parser::{Parser, Token},
    piece::Piece,
    prefixes::{CALDAV, CARDDAV, PAYMENT, Prefix, PrefixMark, Prefixes},
    pull::{PlainTag, Pull, Step},
    scope::{Outside, Scope},
    start_tag::{declared, tag_len},
    text::{check as check_text, run as text_run},
    window::Window,
};
pub use self::{
    content::{Content, Tag, Written},
    element::{Children, Element},
    error::{Error, ErrorKind, Position},
    escape::IllegalChars,
    limits::Limits,
    name::{InvalidName, InvalidNameKind, Name},
};
