//! The steps of the walk over a body: each reads the element just entered, and goes to its end.

pub(super) use crate::xml::{CALDAV, CARDDAV};
use crate::{
    dav::Href,
    xml::{Element, Error, ErrorKind, Parser},
};

/// The namespace of WebDAV.
pub(super) const DAV: &str = "DAV:";

/// Whether the element just entered has this name.
pub(super) fn is(parser: &Parser<'_>, namespace: &str, local: &str) -> bool {
    parser.local() == local && parser.namespace() == namespace
}

/// Checks that the element just entered, which is the root, is the one that was expected.
pub(super) fn root(parser: &Parser<'_>, namespace: &str, local: &str) -> Result<(), Error> {
    root_or(ErrorKind::UnexpectedRoot, parser, namespace, local)
}

/// Checks that the root is that of the report that was expected.
pub(super) fn report(parser: &Parser<'_>, namespace: &str, local: &str) -> Result<(), Error> {
    root_or(ErrorKind::UnsupportedReport, parser, namespace, local)
}

/// Checks the root; a different one is an error of this kind.
pub(super) fn root_or(
    other: ErrorKind,
    parser: &Parser<'_>,
    namespace: &str,
    local: &str,
) -> Result<(), Error> {
    if is(parser, namespace, local) {
        return Ok(());
    }
    let sentence =
        format!("the root element is not `{local}` in the namespace `{namespace}`, send that one");
    Err(parser.error(other, sentence))
}

/// Skips the element.
pub(super) fn skip(parser: &mut Parser<'_>) -> Result<(), Error> {
    parser.skip()
}

/// The element, kept.
pub(super) fn element(parser: &mut Parser<'_>) -> Result<Element, Error> {
    parser.element()
}

/// The href inside. A client sends it with the mount, if there is one, and may leave bytes as they are that
/// have to be encoded.
pub(super) fn href(parser: &mut Parser<'_>) -> Result<Href<'static>, Error> {
    let text = parser.content()?;
    let href = Href::parse_sent(&text).map_err(|error| invalid(parser, error.to_string()))?;
    Ok(href.into_owned().of_server())
}

/// The text inside, a number.
fn number(parser: &mut Parser<'_>) -> Result<usize, Error> {
    let text = parser.content()?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that is too large is taken for the largest one.
        return Ok(text.parse().unwrap_or(usize::MAX));
    }
    Err(invalid(parser, "a number has other characters than digits"))
}

/// The `nresults` inside a `limit`, both in one namespace. It is not 0: the answer would say that it was cut
/// off, and there would be nothing from which to go on.
pub(super) fn limit(parser: &mut Parser<'_>, namespace: &str) -> Result<usize, Error> {
    let mut most = None;
    while parser.enter()? {
        if is(parser, namespace, "nresults") {
            let number = number(parser)?;
            if number == 0 {
                let sentence =
                    "`nresults` is 0, which lets no result through, send a greater number";
                return Err(invalid(parser, sentence));
            }
            once(
                &mut most,
                number,
                parser,
                "`limit` holds more than one `nresults`",
            )?;
        } else {
            parser.skip()?;
        }
    }
    most.ok_or_else(|| missing(parser, "`limit` holds no `nresults`"))
}

/// A required attribute.
pub(super) fn attribute(parser: &Parser<'_>, local: &str) -> Result<String, Error> {
    match parser.attribute("", local) {
        Some(value) => Ok(value.to_owned()),
        None => {
            let sentence = format!("`{}` has no attribute `{local}`", parser.local());
            Err(parser.error(ErrorKind::MissingAttribute, sentence))
        }
    }
}

/// An attribute that is `yes` or `no`; `no` if it is missing.
pub(super) fn yes(parser: &Parser<'_>, local: &str) -> Result<bool, Error> {
    maybe_yes(parser, local).map(Option::unwrap_or_default)
}

/// An attribute that is `yes`, `no`, or missing.
pub(super) fn maybe_yes(parser: &Parser<'_>, local: &str) -> Result<Option<bool>, Error> {
    match parser.attribute("", local) {
        None => Ok(None),
        Some("yes") => Ok(Some(true)),
        Some("no") => Ok(Some(false)),
        Some(_) => {
            let sentence = format!("the attribute `{local}` is neither `yes` nor `no`");
            Err(invalid(parser, sentence))
        }
    }
}

/// Keeps something that may occur only once.
pub(super) fn once<T>(
    slot: &mut Option<T>,
    value: T,
    parser: &Parser<'_>,
    sentence: &'static str,
) -> Result<(), Error> {
    match slot.replace(value) {
        Some(_) => Err(parser.error(ErrorKind::Conflict, sentence)),
        None => Ok(()),
    }
}

/// The error of a missing element.
pub(super) fn missing(parser: &Parser<'_>, sentence: &'static str) -> Error {
    parser.error(ErrorKind::MissingElement, sentence)
}

/// The error of a text that is not valid.
pub(super) fn invalid(
    parser: &Parser<'_>,
    sentence: impl Into<std::borrow::Cow<'static, str>>,
) -> Error {
    parser.error(ErrorKind::InvalidValue, sentence)
}
