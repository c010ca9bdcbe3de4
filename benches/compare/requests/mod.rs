//! The bodies of requests: bytes become what is asked for.
//!
//! Each is one body that a client sends time and again: Nextcloud's web client lists a folder, and the
//! Mini-Redirector of Windows keeps the times of a file and locks it. All begin with bytes, so that the
//! check for UTF-8 is part of the work.

mod ours;
mod quick_xml;
mod roxmltree;

use std::fmt;

/// A reader of bodies, and what is to be known of it.
pub struct Requests {
    pub name: &'static str,
    pub note: &'static str,
    /// Reads a body, and tells how many [parts](Request::depth) it has.
    pub read: fn(Request, &[u8]) -> usize,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Request {
    LockInfo,
    PropertyUpdate,
    Propfind,
}

/// All readers of bodies, ours first.
pub const ALL: &[Requests] = &[
    ours::REQUESTS,
    quick_xml::RAW,
    quick_xml::NAMESPACES,
    roxmltree::REQUESTS,
];

/// The one that the others are measured by.
pub const BASE: &str = "quick-xml raw events";

// === impl Request ===

impl Request {
    pub const ALL: [Self; 3] = [Self::Propfind, Self::PropertyUpdate, Self::LockInfo];

    /// What a client sends.
    pub fn body(self) -> &'static [u8] {
        match self {
            Self::LockInfo => include_bytes!("lockinfo.xml"),
            Self::PropertyUpdate => include_bytes!("propertyupdate.xml"),
            Self::Propfind => include_bytes!("propfind.xml"),
        }
    }

    /// Below how many elements the parts are that a body has more or fewer of: the properties, or what
    /// a lock is made of.
    pub fn depth(self) -> usize {
        match self {
            Self::LockInfo => 1,
            Self::PropertyUpdate => 3,
            Self::Propfind => 2,
        }
    }

    /// How many parts the body has.
    pub fn parts(self) -> usize {
        match self {
            Self::LockInfo => 3,
            Self::PropertyUpdate => 4,
            Self::Propfind => 10,
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LockInfo => "lockinfo",
            Self::PropertyUpdate => "propertyupdate",
            Self::Propfind => "propfind",
        })
    }
}
