//! Which resource an href names.

use std::fmt::Write;

use http::{Uri, uri::PathAndQuery};

use crate::dav::is_scheme;

/// The URI of the resource that an href names, in the answer to a request or in the request itself.
///
/// The href may be a URI, or be relative to the URI of the request; characters that a URI cannot hold, such
/// as a space, are encoded. The result is normalized: hosts are in lower case, percent-encodings are in upper
/// case and only where they are needed, and paths have no `.` and `..`. So two hrefs name the same resource
/// if they give the same result, which can be the key of a map. A trailing slash makes a difference: some
/// servers omit it, and a client that does not care has to remove it as well.
///
/// An href has no fragment. Some servers leave a `#` in a name as it is, so it is taken for a part of the
/// name, and encoded.
///
/// The result is for comparing, and for a request of its own. Where the body of a request names a resource,
/// such as a multiget, write the href as the server did: it may look for its own spelling.
///
/// In a path, `%28` is the same as `(`, since servers differ in which characters of a file name they encode.
/// In a query, `%26` is not the same as `&`: only letters, digits and `-._~` mean the same when they are
/// encoded.
///
/// `None` if no URI can be made of it, such as of a path that begins with `//` where there is no host.
///
/// [RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3),
/// [RFC 3986, section 6.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)
///
/// # Examples
///
/// ```
/// use http::Uri;
/// use statuary::read::resolve;
///
/// let request = Uri::from_static("http://Example.com/notes/");
/// let resolved = |href| resolve(&request, href).unwrap().to_string();
///
/// assert_eq!(resolved("/notes/a b"), "http://example.com/notes/a%20b");
/// assert_eq!(resolved("http://example.com/notes/%61%20b"), resolved("a%20b"));
/// assert_eq!(resolved("../caf%c3%a9"), "http://example.com/caf%C3%A9");
/// ```
#[must_use]
pub fn resolve(request: &Uri, href: &str) -> Option<Uri> {
    let href = href.trim_ascii();
    let (scheme, rest) = match href.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        _ => (None, href),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None if scheme.is_some() => return None,
        None => (None, rest),
    };
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let (path, query) = match (authority, path) {
        (None, "") => (request.path().to_owned(), query.or_else(|| request.query())),
        (None, path) if !path.starts_with('/') => {
            let base = request.path();
            let folder = base.rfind('/').map_or("/", |slash| &base[..=slash]);
            (format!("{folder}{path}"), query)
        }
        (_, path) => (path.to_owned(), query),
    };
    let mut target = without_dots(&encoded(&path, is_plain));
    if let Some(query) = query {
        target.push('?');
        target.push_str(&encoded(query, is_unreserved));
    }

    let mut parts = http::uri::Parts::default();
    let own = request.authority().map(http::uri::Authority::as_str);
    if let Some(authority) = authority.or(own) {
        let scheme = scheme.or_else(|| request.scheme_str()).unwrap_or("http");
        let scheme = scheme.to_ascii_lowercase();
        let authority = with_small_host(authority);
        let port = match &*scheme {
            _ if authority.ends_with(':') => ":",
            "http" => ":80",
            "https" => ":443",
            _ => "",
        };
        let authority = authority.strip_suffix(port).unwrap_or(&authority);
        parts.authority = Some(authority.parse().ok()?);
        parts.scheme = Some(scheme.parse().ok()?);
    } else if target.starts_with("//") {
        // It would be read as an authority.
        return None;
    }
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

/// Whether an href names the target of the request, with a trailing slash or without.
pub(super) fn names_target(request: &Uri, href: &str) -> bool {
    let resolved = |href| resolve(request, href);
    let (Some(target), Some(named)) = (resolved(""), resolved(href)) else {
        return false;
    };
    let is_of_host = request.authority().is_none() || named.authority() == target.authority();
    let [target, named] = [&target, &named].map(|uri| uri.path().trim_end_matches('/'));
    is_of_host && target == named
}

// === helpers ===

/// Upper and lower case differ in the user information, and not in the host.
fn with_small_host(authority: &str) -> String {
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let (user, host) = authority.split_at(host);
    format!("{user}{}", host.to_ascii_lowercase())
}

/// Encodes what has to be encoded, and decodes what may be decoded.
fn encoded(text: &str, may_be_decoded: fn(u8) -> bool) -> String {
    let bytes = text.as_bytes();
    let mut encoded = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| byte == b'%');
        let decoded = digits.and_then(|digits| {
            let high = char::from(digits[0]).to_digit(16)?;
            let low = char::from(digits[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        at += if decoded.is_some() { 3 } else { 1 };
        let byte = decoded.unwrap_or(byte);
        let is_kept = match decoded {
            Some(byte) => may_be_decoded(byte),
            None => is_plain(byte) || matches!(byte, b'/' | b'?'),
        };
        if is_kept {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The characters that stand for themselves in a segment of a path.
fn is_plain(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte)
}

/// The characters that mean the same whether they are encoded or not
/// ([RFC 3986, section 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3)).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Resolves `.` and `..` as in
/// [RFC 3986, section 5.2.4](https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4).
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    let is_open = path.ends_with("/.") || path.ends_with("/..");
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let mut path = String::new();
    for segment in &segments {
        path.push('/');
        path.push_str(segment);
    }
    if is_open || path.is_empty() {
        path.push('/');
    }
    path
}
