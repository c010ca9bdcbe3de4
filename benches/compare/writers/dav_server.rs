//! The PROPFIND of the crate dav-server, in process, over a file system that is only a listing.
//!
//! Its members are listed without the folder that they are in: that is what it answers to a request
//! without `Depth`. It never writes a propstat with 404, has no length for a folder, and guesses the
//! media type from the name.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use axum::body::Body as RequestBody;
use dav_server::{
    DavHandler,
    davpath::DavPath,
    fakels::FakeLs,
    fs::{
        DavDirEntry, DavFile, DavFileSystem, DavMetaData, DavProp, FsError, FsFuture, FsResult,
        FsStream, OpenOptions, ReadDirMeta,
    },
};
use futures_util::{FutureExt, future::ready, stream};
use http::Request;
use http_body_util::BodyExt;

use super::{Sink, Writer};
use crate::{
    harness::finish,
    values::{Escaped, Formatted, OWNCLOUD, PAINT},
    workload::Entry,
};

pub fn all() -> Vec<Writer> {
    vec![
        writer("dav-server, live", false)
            .note("the whole handler; a name to display is a dead property to it")
            .lacks(&[
                "checksums",
                "color",
                "displayname",
                "getcontentlength",
                "getcontenttype",
                "quota-used-bytes",
            ]),
        writer(super::DAV_SERVER, true)
            .note("the whole handler; each dead property is parsed")
            .lacks(&[
                "checksums",
                "getcontentlength",
                "getcontenttype",
                "quota-used-bytes",
            ]),
    ]
}

fn writer(name: &'static str, dead: bool) -> Writer {
    let listing = Listing {
        entries: Arc::default(),
        colors_asked: Arc::default(),
        dead,
    };
    let handler = DavHandler::builder()
        .filesystem(Box::new(listing.clone()))
        .locksystem(FakeLs::new())
        .build_handler();
    let propfind = format!(
        "<D:propfind xmlns:D=\"DAV:\" xmlns:n0=\"{PAINT}\" xmlns:oc=\"{OWNCLOUD}\"><D:prop>\
         <D:creationdate/><D:displayname/><D:getcontentlength/><D:getcontenttype/><D:getetag/>\
         <D:getlastmodified/><D:resourcetype/><D:supportedlock/><n0:color/>\
         <D:quota-used-bytes/><oc:checksums/></D:prop></D:propfind>"
    );
    let write = move |entries, sink: Sink<'_>| {
        *listing.entries.lock().expect("no panic") = entries;
        listing.colors_asked.store(0, Ordering::Relaxed);
        let request = Request::builder()
            .method("PROPFIND")
            .uri(FOLDER)
            .body(RequestBody::from(propfind.clone()))
            .expect("a request");
        let mut body = finish(handler.handle(request)).into_body();
        while let Some(frame) = finish(body.frame()) {
            sink(frame.expect("no failure").data_ref().expect("data"));
        }
    };
    Writer::fresh(name, write)
}

/// Where all entries of the workload are.
const FOLDER: &str = "/remote.php/dav/files/alice/Documents/";

/// A folder with nothing but members.
#[derive(Clone)]
struct Listing {
    entries: Arc<Mutex<&'static [Entry]>>,
    colors_asked: Arc<AtomicUsize>,
    /// Whether it has dead properties.
    dead: bool,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Folder,
    Member(&'static Entry),
}

// === impl Listing ===

impl DavFileSystem for Listing {
    fn open<'a>(&'a self, _: &'a DavPath, _: OpenOptions) -> FsFuture<'a, Box<dyn DavFile>> {
        ready(Err(FsError::NotImplemented)).boxed()
    }

    fn read_dir<'a>(
        &'a self,
        _: &'a DavPath,
        _: ReadDirMeta,
    ) -> FsFuture<'a, FsStream<Box<dyn DavDirEntry>>> {
        let entries = *self.entries.lock().expect("no panic");
        let members = entries
            .iter()
            .map(|entry| Ok(Box::new(Node::Member(entry)) as Box<dyn DavDirEntry>));
        let members: FsStream<_> = Box::pin(stream::iter(members));
        ready(Ok(members)).boxed()
    }

    fn metadata<'a>(&'a self, _: &'a DavPath) -> FsFuture<'a, Box<dyn DavMetaData>> {
        ready(Ok(Box::new(Node::Folder) as Box<dyn DavMetaData>)).boxed()
    }

    fn have_props<'a>(
        &'a self,
        _: &'a DavPath,
    ) -> std::pin::Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        ready(self.dead).boxed()
    }

    fn get_props<'a>(&'a self, _: &'a DavPath, _: bool) -> FsFuture<'a, Vec<DavProp>> {
        ready(Ok(Vec::new())).boxed()
    }

    fn get_prop<'a>(&'a self, path: &'a DavPath, prop: DavProp) -> FsFuture<'a, Vec<u8>> {
        let name = path.file_name().unwrap_or_default();
        let value = match &*prop.name {
            "displayname" => {
                let name = Formatted(Escaped(name));
                Ok(format!(
                    r#"<D:displayname xmlns:D="DAV:">{name}</D:displayname>"#
                ))
            }
            "color" => {
                // Each is asked once, in the order of the listing: nothing has to be looked up.
                let asked = self.colors_asked.fetch_add(1, Ordering::Relaxed);
                let color = self.entries.lock().expect("no panic")[asked].color;
                Ok(format!(
                    r#"<n0:color xmlns:n0="{PAINT}">{color}</n0:color>"#
                ))
            }
            _ => Err(FsError::NotFound),
        };
        ready(value.map(String::into_bytes)).boxed()
    }
}

// === impl Node ===

impl DavDirEntry for Node {
    fn name(&self) -> Vec<u8> {
        match self {
            Self::Folder => Vec::new(),
            Self::Member(entry) => entry.name.clone().into_bytes(),
        }
    }

    fn metadata(&self) -> FsFuture<'_, Box<dyn DavMetaData>> {
        ready(Ok(Box::new(*self) as Box<dyn DavMetaData>)).boxed()
    }
}

impl DavMetaData for Node {
    fn len(&self) -> u64 {
        self.entry().map_or(0, |entry| entry.length)
    }

    fn modified(&self) -> FsResult<SystemTime> {
        self.entry().map(|entry| entry.modified)
    }

    fn created(&self) -> FsResult<SystemTime> {
        self.entry().map(|entry| entry.created)
    }

    fn is_dir(&self) -> bool {
        self.entry().map_or(true, |entry| entry.folder)
    }

    fn etag(&self) -> Option<String> {
        self.entry().ok().map(|entry| format!("\"{}\"", entry.etag))
    }
}

impl Node {
    fn entry(&self) -> FsResult<&'static Entry> {
        match self {
            Self::Folder => Err(FsError::NotImplemented),
            Self::Member(entry) => Ok(entry),
        }
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}
