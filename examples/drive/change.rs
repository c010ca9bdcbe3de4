//! Changes of the folder on disk: copying, moving and removing, and what failed.
//!
//! A change of many files may fail at some of them. The failures are reported at the end, member by
//! member: that is what 207 is for. Dead properties go where their resource goes.

use std::{
    collections::HashSet,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    properties,
    tree::{Failure, Walk, is_served},
};

/// The names of files that are still being written begin like this: with [`RESERVED`].
///
/// [`RESERVED`]: crate::target::RESERVED
const UNFINISHED: &str = ".drive-";

/// Makes a file beside another: it takes the other's name when it is complete, or else is removed.
pub(crate) fn unfinished<R>(
    beside: &Path,
    make: impl FnMut(&Path) -> io::Result<R>,
) -> io::Result<NamedTempFile<R>> {
    let folder = beside.parent().unwrap_or(beside);
    tempfile::Builder::new()
        .prefix(UNFINISHED)
        .make_in(folder, make)
}

/// Copies a file, or a folder with as many levels below it as asked for.
///
/// A file replaces a file at the destination in one step; at that of a folder, nothing may exist.
pub(crate) fn copy(from: &Path, to: &Path, levels: usize) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut lost = None::<PathBuf>;
    for member in Walk::all(from.to_owned(), levels) {
        let (path, metadata) = match member {
            Ok(member) => member,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        let copy = match path.strip_prefix(from) {
            Ok(below) if below.iter().next().is_some() => to.join(below),
            _ => to.to_owned(),
        };
        // The members of a folder come right after it, and are skipped if it could not be made.
        if !is_served(&metadata)
            || is_unfinished(&path)
            || lost.as_ref().is_some_and(|lost| copy.starts_with(lost))
        {
            continue;
        }
        let copied = if metadata.is_dir() {
            fs::create_dir(&copy)
        } else {
            copy_file(&path, &copy)
        };
        if let Err(error) = copied {
            let unreadable = metadata.is_file() && fs::File::open(&path).is_err();
            failures.push(Failure {
                path: if unreadable { path } else { copy.clone() },
                error,
            });
            lost = Some(copy);
        }
    }
    failures.extend(properties::copy(from, to).err().map(|error| at(to, error)));
    failures
}

/// Moves a file or a folder. A file at the destination is replaced in one step.
pub(crate) fn rename(from: &Path, to: &Path) -> Vec<Failure> {
    match fs::rename(from, to) {
        Ok(()) => properties::rename(from, to)
            .err()
            .map(|error| at(to, error))
            .into_iter()
            .collect(),
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            let failures = copy(from, to, usize::MAX);
            if failures.is_empty() {
                remove(from)
            } else {
                failures
            }
        }
        Err(error) => vec![at(to, error)],
    }
}

/// Removes a file, or a folder with everything in it; of links, not what they lead to.
pub(crate) fn remove(top: &Path) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut kept = HashSet::new();
    let members: Vec<_> = Walk::all(top.to_owned(), usize::MAX).collect();
    for member in members.into_iter().rev() {
        let removed = match member {
            // A failure inside of it is reported already, which implies that it is left, too.
            Ok((path, _)) if kept.contains(&path) => Err((path, None)),
            Ok((path, metadata)) => {
                let remove = if metadata.is_dir() {
                    fs::remove_dir
                } else {
                    fs::remove_file
                };
                remove(&path).map_err(|error| (path, Some(error)))
            }
            Err(Failure { path, error }) => Err((path, Some(error))),
        };
        if let Err((path, error)) = removed {
            kept.extend(path.parent().map(Path::to_owned));
            failures.extend(error.map(|error| Failure { path, error }));
        }
    }
    if failures.is_empty() {
        failures.extend(properties::forget(top).err().map(|error| at(top, error)));
    }
    failures
}

/// Copies a file under a reserved name, and renames it when it is complete.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let copy = unfinished(to, |copy| fs::copy(from, copy))?;
    copy.into_temp_path().persist(to)?;
    Ok(())
}

fn at(path: &Path, error: io::Error) -> Failure {
    Failure {
        path: path.to_owned(),
        error,
    }
}

/// Whether it is a file that is still being written.
fn is_unfinished(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
}
