//! The XML declaration: `<?xml version="1.0" encoding="UTF-8"?>`.

use super::{
    encoding::Encoding,
    error::{ErrorKind, Fault},
    start_tag::Scanner,
    text::is_space,
};

/// Checks the declaration of a document, given what is between `<?xml` and `?>`.
pub(crate) fn check(declaration: &str, encoding: Encoding) -> Result<(), Fault> {
    let usual = USUAL.contains(&declaration.trim_end_matches(is_space));
    if usual && matches!(encoding, Encoding::Utf8) {
        return Ok(());
    }
    if let Some(at) = declaration.find('&') {
        return Err(Fault::new(ErrorKind::Syntax, DECLARATION, at));
    }
    let mut scanner = Scanner::new(declaration);
    let mut expected: &[&str] = &["version", "encoding", "standalone"];
    while scanner.skip_space_before_attribute()? {
        let name = scanner.name()?;
        let value = &declaration[scanner.value()?];
        let written = &declaration[name.range()];
        let Some(found) = expected.iter().position(|&word| word == written) else {
            return Err(Fault::new(
                ErrorKind::Syntax,
                DECLARATION,
                name.range().start,
            ));
        };
        // Only the version is required, and it comes first.
        if expected.len() == 3 && found != 0 {
            return Err(Fault::new(
                ErrorKind::Syntax,
                DECLARATION,
                name.range().start,
            ));
        }
        expected = &expected[found + 1..];
        let is_right = match written {
            "version" => value.strip_prefix("1.").is_some_and(is_number),
            "encoding" => {
                check_encoding(value, encoding, name.range().start)?;
                true
            }
            _ => matches!(value, "yes" | "no"),
        };
        if !is_right {
            return Err(Fault::new(
                ErrorKind::Syntax,
                DECLARATION,
                name.range().start,
            ));
        }
    }
    if expected.len() == 3 {
        return Err(Fault::new(ErrorKind::Syntax, DECLARATION, 0));
    }
    Ok(())
}

/// The declarations of nearly all documents, which need no closer look if the document is in UTF-8.
const USUAL: [&str; 3] = [
    r#" version="1.0" encoding="utf-8""#,
    r#" version="1.0" encoding="UTF-8""#,
    r#" version="1.0""#,
];

const DECLARATION: &str = "the XML declaration is not of the form \
    `<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>`, write it so";

// === helpers ===

fn check_encoding(declared: &str, encoding: Encoding, at: usize) -> Result<(), Fault> {
    let is_name = declared.starts_with(|c: char| c.is_ascii_alphabetic())
        && declared
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if !is_name {
        return Err(Fault::new(ErrorKind::Syntax, DECLARATION, at));
    }
    if encoding.is(declared) {
        return Ok(());
    }
    let sentence =
        "the declared encoding is not that of the bytes, or is not supported, send UTF-8";
    Err(Fault::new(ErrorKind::Encoding, sentence, at))
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}
