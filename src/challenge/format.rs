//! What a refusal is written as.

use http::{Method, header::ACCEPT, request::Parts};

use crate::challenge::{accept, accept_language, dav_error, grpc, json, page, text};

/// What a refusal is written as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Problem,
    DavError,
    Text,
    Grpc(grpc::Dialect),
    /// The page, in the language at this place among the owner's.
    Page(usize),
}

// === impl Format ===

impl Format {
    /// The format that the caller prefers.
    pub(super) fn of(head: &Parts, page: &page::Page) -> Self {
        if let Some(dialect) = grpc::Dialect::of_call(head) {
            return Self::Grpc(dialect);
        }
        let default = match is_of_webdav(&head.method) {
            true => Self::DavError,
            false => Self::Problem,
        };
        // The usual case for programs: no `Accept`, or `*/*` alone.
        let mut fields = head.headers.get_all(ACCEPT).iter();
        if fields.next().is_none_or(|first| first == "*/*") && fields.next().is_none() {
            return default;
        }
        const PROBLEM: &[&str] = &["application/problem+json", "application/json"];
        const DAV_ERROR: &[&str] = &["application/xml", "text/xml"];
        const TEXT: &[&str] = &["text/plain"];
        const PAGE: &[&str] = &["text/html"];
        let (first, second) = match default {
            Self::DavError => (DAV_ERROR, PROBLEM),
            _ => (PROBLEM, DAV_ERROR),
        };
        match accept::choose(&head.headers, [first, second, TEXT, PAGE]) {
            0 => default,
            1 if default == Self::DavError => Self::Problem,
            1 => Self::DavError,
            2 => Self::Text,
            _ => {
                let languages = page.texts().iter().map(page::Texts::language);
                Self::Page(accept_language::choose(&head.headers, languages))
            }
        }
    }

    /// The number of formats, given the number of languages.
    pub(super) const fn count(languages: usize) -> usize {
        LANGUAGES + languages
    }

    /// The place of this format among them.
    pub(super) const fn place(self) -> usize {
        match self {
            Self::Problem => 0,
            Self::DavError => 1,
            Self::Text => 2,
            Self::Grpc(grpc::Dialect::Grpc) => 3,
            Self::Grpc(grpc::Dialect::Web) => 4,
            Self::Page(language) => LANGUAGES + language,
        }
    }

    /// Whether it shows facts about the subscription and its quota.
    pub(super) const fn tells_facts(self) -> bool {
        match self {
            Self::Problem | Self::Text | Self::Page(_) => true,
            Self::DavError | Self::Grpc(_) => false,
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Problem => json::MEDIA_TYPE,
            Self::DavError => dav_error::MEDIA_TYPE,
            Self::Text => text::MEDIA_TYPE,
            Self::Grpc(grpc::Dialect::Grpc) => grpc::MEDIA_TYPE,
            Self::Grpc(grpc::Dialect::Web) => grpc::WEB_MEDIA_TYPE,
            Self::Page(_) => page::MEDIA_TYPE,
        }
    }
}

/// The place of the first language: the other formats come before.
const LANGUAGES: usize = 5;

/// Whether only WebDAV clients use a method.
fn is_of_webdav(method: &Method) -> bool {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::PATCH
        | Method::OPTIONS
        | Method::TRACE
        | Method::CONNECT => false,
        _ => WEBDAV.contains(&method.as_str()),
    }
}

/// The methods of RFC 4918, 3253, 3648, 3744, 4437, 4791, 5323 and 5842.
const WEBDAV: [&str; 27] = [
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "LABEL",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PROPFIND",
    "PROPPATCH",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
];
