//! Reading the folder on disk.
//!
//! Only files and folders count. A symbolic link could lead anywhere, a pipe could block for ever:
//! to the drive they do not exist. A name has one spelling, the one that the file system gives
//! back; on a disk that ignores case, `/Premium` is not another way into `/premium`.
//!
//! This code blocks: handlers call it inside of [`blocking`].

use std::{
    fs::{self, Metadata},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::UNIX_EPOCH,
};

use axum::http::StatusCode;
use statuary::prop;
use tokio::task;

use crate::{
    fault::Fault,
    target::{Target, is_reserved},
};

/// A folder on disk that is served.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
    changing: Mutex<()>,
}

/// A place in the tree, and what it holds.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) metadata: Option<Metadata>,
}

/// A walk down from one place: each folder comes before its members.
#[derive(Debug)]
pub(crate) struct Walk {
    waiting: Vec<(PathBuf, usize)>,
    levels: usize,
    served: bool,
}

/// Something that could not be read or changed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) path: PathBuf,
    pub(crate) error: io::Error,
}

/// Runs blocking code on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the drive is shutting down",
        ))
    })
}

/// The entity tag of a file, the same that `tower_http` sends with it.
pub(crate) fn etag(metadata: &Metadata) -> Option<prop::GetEtag<'static>> {
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let (seconds, nanos) = (modified.as_secs(), modified.subsec_nanos());
    prop::GetEtag::strong(format!("{seconds:x}.{nanos:08x}-{:x}", metadata.len())).ok()
}

// === impl Tree ===

impl Tree {
    pub(crate) fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        Ok(Self {
            root,
            changing: Mutex::new(()),
        })
    }

    /// Finds the place of a target. Every path on disk that a request touches comes from here.
    pub(crate) fn find(&self, target: &Target) -> Result<Place, Fault> {
        let mut deepest = self.root.clone();
        let mut metadata = Some(fs::metadata(&self.root)?);
        for name in target.path() {
            let path = deepest.join(name);
            match fs::symlink_metadata(&path) {
                Ok(there) if !is_served(&there) => {
                    return Err(Fault::forbidden("neither a file nor a folder"));
                }
                Ok(there) => (deepest, metadata) = (path, Some(there)),
                Err(error)
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
                {
                    metadata = None;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        if deepest.canonicalize()? != deepest {
            return Err(Fault::forbidden("this name is spelled in another way"));
        }
        Ok(Place {
            path: self.root.join(target.path()),
            metadata,
        })
    }

    /// Finds an existing resource, or says that there is none.
    pub(crate) fn existing(&self, target: &Target) -> Result<(PathBuf, Metadata), Fault> {
        let Place { path, metadata } = self.find(target)?;
        metadata
            .map(|metadata| (path, metadata))
            .ok_or_else(Fault::not_found)
    }

    /// Finds the folder that a target is in, or says that there is none.
    pub(crate) fn parent_of(&self, target: &Target) -> Result<(), Fault> {
        let parent = target
            .parent()
            .map(|parent| self.find(&parent))
            .transpose()?;
        if parent.is_some_and(|parent| !parent.is_collection()) {
            return Err(Fault::conflict("there is no folder to put it in"));
        }
        Ok(())
    }

    /// Waits until nobody else changes the tree, so that a check and the change after it are
    /// atomic.
    pub(crate) fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The target at a place, unless it is the drive's own.
    pub(crate) fn target(&self, path: &Path) -> Option<Target> {
        path.strip_prefix(&self.root).ok().and_then(Target::at)
    }
}

// === impl Place ===

impl Place {
    pub(crate) fn is_collection(&self) -> bool {
        self.metadata.as_ref().is_some_and(Metadata::is_dir)
    }
}

// === impl Walk ===

impl Walk {
    /// Walks over what the drive serves, this many levels below `top`.
    pub(crate) fn served(top: PathBuf, levels: usize) -> Self {
        Self {
            waiting: vec![(top, 0)],
            levels,
            served: true,
        }
    }

    /// Walks over everything, including the drive's own files, links and pipes.
    pub(crate) fn all(top: PathBuf, levels: usize) -> Self {
        Self {
            waiting: vec![(top, 0)],
            levels,
            served: false,
        }
    }

    fn visit(&mut self, path: &Path, level: usize) -> io::Result<Metadata> {
        let metadata = fs::symlink_metadata(path)?;
        if metadata.is_dir() && level < self.levels {
            let mut members = Vec::new();
            for member in fs::read_dir(path)? {
                let member = member?;
                if !self.served || !is_reserved(&member.file_name()) {
                    members.push(member.path());
                }
            }
            members.sort_unstable_by(|one, other| other.cmp(one));
            self.waiting
                .extend(members.into_iter().map(|member| (member, level + 1)));
        }
        Ok(metadata)
    }
}

impl Iterator for Walk {
    type Item = Result<(PathBuf, Metadata), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (path, level) = self.waiting.pop()?;
            match self.visit(&path, level) {
                Ok(metadata) if self.served && !is_served(&metadata) => {}
                // A member that has vanished since its folder was read is left out.
                Err(error) if self.served && error.kind() == ErrorKind::NotFound => {}
                Ok(metadata) => return Some(Ok((path, metadata))),
                Err(error) => return Some(Err(Failure { path, error })),
            }
        }
    }
}

/// Whether it is a file or a folder.
pub(crate) fn is_served(metadata: &Metadata) -> bool {
    metadata.is_dir() || metadata.is_file()
}
