//! What a URL names: the only place that reads a path.
//!
//! `/a`, `//a`, `/a/` and `/%61` are one resource. Here they become one [`Target`], once, in the
//! outermost layer; the paywall and all handlers see nothing else. If one path is read in two ways,
//! paid things get out for free.

use std::{
    ffi::{OsStr, OsString},
    path::{Component, Path, PathBuf},
};

use axum::{
    RequestExt,
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use statuary::{Href, dav};

use crate::fault::Fault;

/// Names that begin like this are the drive's own: they are never listed and never reached.
pub(crate) const RESERVED: &str = ".drive";

/// A resource of the drive, as a path below its root.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Target(PathBuf);

/// Where a COPY or MOVE goes.
#[derive(Clone, Debug)]
pub(crate) struct Destination(pub(crate) Target);

/// The outermost layer: reads the paths of a request, and refuses those that name nothing.
pub(crate) async fn locate(mut request: Request, next: Next) -> Result<Response, Fault> {
    // OPTIONS asks about the drive as a whole, and its `*` is not a path.
    if request.method() == Method::OPTIONS {
        return Ok(next.run(request).await);
    }
    let target = Target::of(&Href::of_request(request.uri())?)?;
    if matches!(request.method().as_str(), "COPY" | "MOVE") {
        let destination = request.extract_parts::<dav::Destination>().await?;
        if !destination.is_here(request.uri(), request.headers()) {
            return Err(Fault::new(
                StatusCode::BAD_GATEWAY,
                "the destination is on another host",
            ));
        }
        let destination = Destination(Target::of(&destination.href())?);
        request.extensions_mut().insert(destination);
    }
    request.extensions_mut().insert(target);
    Ok(next.run(request).await)
}

impl Target {
    /// Reads the path of an href, which has no dot segments.
    pub(crate) fn of(href: &Href<'_>) -> Result<Self, Fault> {
        let names = href.segments();
        let names = names.iter().map(|name| file_name(name));
        let names = names.collect::<Result<PathBuf, Fault>>()?;
        if names.as_os_str().len() > LONGEST {
            return Err(Fault::new(
                StatusCode::URI_TOO_LONG,
                "no file is that deep down",
            ));
        }
        Ok(Self(names))
    }

    /// The target at a path below the root, if there may be one.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let may_be = |name| !is_reserved(name) && bytes(name).is_some();
        path.iter().all(may_be).then(|| Self(path.to_owned()))
    }

    /// The path below the root: relative, without dots, empty for the root itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.as_os_str().is_empty()
    }

    /// The folder that it is in; the root is in none.
    pub(crate) fn parent(&self) -> Option<Self> {
        self.0.parent().map(|parent| Self(parent.to_owned()))
    }

    /// Whether `other` is this target or below it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    pub(crate) fn href(&self, is_collection: bool) -> Href<'static> {
        let mut path = Vec::new();
        for name in self.0.iter().filter_map(bytes) {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        if is_collection {
            Href::collection(&path)
        } else {
            Href::path(&path)
        }
        .into_owned()
    }
}

/// Whether a name is the drive's own.
pub(crate) fn is_reserved(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(RESERVED.as_bytes())
}

/// Accepts only a name that a file may have here.
fn file_name(name: &[u8]) -> Result<OsString, Fault> {
    if name.len() > 255 {
        return Err(Fault::new(
            StatusCode::URI_TOO_LONG,
            "no file has a name that long",
        ));
    }
    let malformed = || Fault::bad_request("no file has such a name");
    if name.contains(&0) {
        return Err(malformed());
    }
    let name = os_string(name).ok_or_else(malformed)?;
    // On Windows a `\`, a drive letter or a device would be more than a name; a `/` would be
    // everywhere.
    if !matches!(Path::new(&name).components().next(), Some(Component::Normal(first)) if first == name)
    {
        return Err(malformed());
    }
    if is_reserved(&name) {
        return Err(Fault::forbidden(
            "names that begin with .drive are the drive's own",
        ));
    }
    Ok(name)
}

/// The bytes that stand for a name in a URL, before they are encoded. `OsStr`'s own encoding is
/// private.
#[cfg(unix)]
fn bytes(name: &OsStr) -> Option<&[u8]> {
    use std::os::unix::ffi::OsStrExt;
    Some(name.as_bytes())
}

#[cfg(not(unix))]
fn bytes(name: &OsStr) -> Option<&[u8]> {
    name.to_str().map(str::as_bytes)
}

#[cfg(unix)]
fn os_string(name: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(name.to_owned()))
}

#[cfg(not(unix))]
fn os_string(name: &[u8]) -> Option<OsString> {
    String::from_utf8(name.to_owned()).ok().map(OsString::from)
}

/// How long a path below the root may be: most systems allow 4096 bytes, including the root.
const LONGEST: usize = 3072;
