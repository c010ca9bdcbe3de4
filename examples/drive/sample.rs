//! A small tree to try the drive with, and what to try.

use std::{fs, io, path::Path};

use tempfile::TempDir;

/// Makes a fresh tree, which is removed when it is dropped.
pub(crate) fn tree() -> io::Result<TempDir> {
    let root = tempfile::Builder::new().prefix("drive-sample-").tempdir()?;
    for (path, text) in FILES {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)?;
    }
    Ok(root)
}

/// What to try against a drive at `url`.
pub(crate) fn hints(url: &str, root: &Path) -> String {
    format!(
        "serving {root}\n\n\
         a 207, and in it a 402 for what bob has not paid for:\n    \
         curl -i -X PROPFIND -H 'Depth: 1' -u bob:bob {url}\n\
         a 402:\n    \
         curl -i -u bob:bob {url}premium/atlas.txt\n\
         the same as a page, in a browser:\n    \
         {by_bob}premium/atlas.txt\n\
         what alice gets, who has paid:\n    \
         curl -i -u alice:alice {url}premium/atlas.txt\n",
        by_bob = url.replacen("://", "://bob:bob@", 1),
        root = root.display()
    )
}

const FILES: [(&str, &str); 5] = [
    ("hello.txt", "Hello, and welcome to the drive.\n"),
    (
        "notes/50% done & dusted.txt",
        "Names may hold what they like.\n",
    ),
    ("notes/Grüße.txt", "Auch Umlaute.\n"),
    ("premium/atlas.txt", "Here be dragons.\n"),
    ("premium/maps/north.txt", "Up is where the map is thin.\n"),
];
