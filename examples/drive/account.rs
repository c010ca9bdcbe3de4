//! Who is calling: HTTP Basic, the one scheme that all WebDAV clients speak.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Someone who is known here.
///
/// The password of each is the name: this drive is an example. A real one keeps hashes that are
/// slow to compute, and compares them in constant time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Account {
    Alice,
    Bob,
    Carol,
    Dave,
}

impl Account {
    /// Who sends these headers, if the password is right.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let (scheme, token) = headers
            .get(header::AUTHORIZATION)?
            .to_str()
            .ok()?
            .split_once(' ')?;
        let credentials = STANDARD.decode(token.trim()).ok()?;
        let (name, password) = std::str::from_utf8(&credentials).ok()?.split_once(':')?;
        if !scheme.eq_ignore_ascii_case("basic") || password != name {
            return None;
        }
        match name {
            "alice" => Some(Self::Alice),
            "bob" => Some(Self::Bob),
            "carol" => Some(Self::Carol),
            "dave" => Some(Self::Dave),
            _ => None,
        }
    }
}
