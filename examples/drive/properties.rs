//! Dead properties: what clients keep about a resource, beside it.
//!
//! Each folder may have a folder `.drive` for them: its own properties are in `own.xml`, those of
//! its files in `of/NAME`. A folder that moves takes its properties along.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use statuary::xml::Element;

use crate::{change, target::RESERVED};

/// Reads the properties of a resource.
pub(crate) fn load(path: &Path, is_collection: bool) -> io::Result<Vec<Element>> {
    let document = match fs::read_to_string(place(path, is_collection)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        document => document?,
    };
    let kept = Element::parse(&document).map_err(io::Error::other)?;
    Ok(kept.children().collect())
}

/// Saves the properties of a resource, either all of them or none.
pub(crate) fn save(path: &Path, is_collection: bool, properties: &[Element]) -> io::Result<()> {
    if properties.is_empty() {
        return forget(path);
    }
    let mut document = String::from("<D:prop>");
    for property in properties {
        document.push_str(property.as_str());
    }
    document.push_str("</D:prop>");
    if document.len() > MOST {
        return Err(ErrorKind::QuotaExceeded.into());
    }
    let place = place(path, is_collection);
    make_folder(&place)?;
    change::unfinished(&place, |unfinished| fs::write(unfinished, &document))?
        .into_temp_path()
        .persist(&place)?;
    Ok(())
}

/// Gives a copy the properties of its original.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    forget(to)?;
    let (from, to) = (place(from, from.is_dir()), place(to, to.is_dir()));
    if !from.try_exists()? {
        return Ok(());
    }
    make_folder(&to)?;
    fs::copy(from, to)?;
    Ok(())
}

/// Moves the properties of a resource that was moved. Those of a folder, and below it, have moved
/// with it.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if to.is_dir() {
        return Ok(());
    }
    forget(to)?;
    let (from, to) = (place(from, false), place(to, false));
    if !from.try_exists()? {
        return Ok(());
    }
    make_folder(&to)?;
    fs::rename(from, to)
}

/// Removes the properties of a resource that was removed.
pub(crate) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(place(path, path.is_dir())) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Where the properties of a resource are.
fn place(path: &Path, is_collection: bool) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if !is_collection => folder.join(RESERVED).join("of").join(name),
        _ => path.join(RESERVED).join("own.xml"),
    }
}

fn make_folder(place: &Path) -> io::Result<()> {
    fs::create_dir_all(place.parent().unwrap_or(place))
}

/// How many bytes of properties a resource may have.
const MOST: usize = 1 << 20;
