//! A folder as a page, for a person with a browser.

use std::{
    fmt::{self, Write},
    path::PathBuf,
};

use axum::response::{Html, IntoResponse, Response};

use crate::{
    fault::Fault,
    target::Target,
    tree::{Tree, Walk},
};

/// Lists what is in a folder.
pub(crate) fn of(tree: &Tree, target: &Target, path: PathBuf) -> Result<Response, Fault> {
    let title = Escaped(&format!("/{}", target.path().display())).to_string();
    let mut rows = String::new();
    let mut row = |target: &Target, name: &str, is_collection: bool, size: &dyn fmt::Display| {
        let (href, slash) = (
            target.href(is_collection),
            if is_collection { "/" } else { "" },
        );
        let (href, name) = (Escaped(&href.encoded()).to_string(), Escaped(name));
        writeln!(
            rows,
            "<tr><td><a href=\"{href}\">{name}{slash}</a><td>{size}"
        )
        .unwrap_or_default();
    };
    if let Some(parent) = target.parent() {
        row(&parent, "..", true, &"");
    }
    for member in Walk::served(path, 1).skip(1) {
        // Members that cannot be read are reported by PROPFIND, not here.
        let Ok((path, metadata)) = member else {
            continue;
        };
        let (Some(target), Some(name)) = (tree.target(&path), path.file_name()) else {
            continue;
        };
        let size: &dyn fmt::Display = if metadata.is_dir() {
            &""
        } else {
            &metadata.len()
        };
        row(&target, &name.to_string_lossy(), metadata.is_dir(), size);
    }
    Ok(Html(format!(
        "{HEAD}<title>{title}</title>\n<h1>{title}</h1>\n<table>\n{rows}</table>\n"
    ))
    .into_response())
}

/// A text, escaped for HTML, including attributes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '"' => f.write_str("&quot;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.25rem }
table { width: 100%; border-collapse: collapse }
td { padding: .25rem 0; border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
td + td { text-align: right; font-variant-numeric: tabular-nums }
a { color: LinkText; text-decoration: none; overflow-wrap: anywhere }
a:hover { text-decoration: underline }
</style>
"#;
