//! A text for a person.

use std::borrow::Cow;

use crate::xml::{Buffer, IllegalChars, push_attribute, push_text};

/// A text that may be shown to a person, and its language: a `DAV:responsedescription`
/// ([RFC 4918, section 14.25](https://www.rfc-editor.org/rfc/rfc4918#section-14.25)).
///
/// Any text is one; this names its language, too
/// ([section 19](https://www.rfc-editor.org/rfc/rfc4918#section-19)).
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Href, Resource, multistatus::Description};
///
/// let locked = Resource::status(Href::path("/report"), StatusCode::LOCKED)
///     .description(Description::new("wird gerade bearbeitet").lang("de"));
/// assert!(locked.to_string().contains(
///     "<D:responsedescription xml:lang=\"de\">wird gerade bearbeitet</D:responsedescription>"
/// ));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Description<'a> {
    text: Cow<'a, str>,
    lang: Option<Cow<'a, str>>,
}

// === impl Description ===

impl<'a> Description<'a> {
    /// Makes a description of a text. An empty text is no description.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: text.into(),
            lang: None,
        }
    }

    /// Sets the language of the text, as `xml:lang`. Default: none.
    pub fn lang(mut self, tag: impl Into<Cow<'a, str>>) -> Self {
        self.lang = Some(tag.into());
        self
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language of the text, if it is known.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.lang.as_deref()
    }

    /// Makes a description that borrows nothing.
    pub fn into_owned(self) -> Description<'static> {
        Description {
            text: self.text.into_owned().into(),
            lang: self.lang.map(|tag| tag.into_owned().into()),
        }
    }

    /// Writes the element, unless the text is empty.
    pub(super) fn push(&self, out: &mut Buffer, illegal_chars: IllegalChars) {
        if self.text.is_empty() {
            return;
        }
        out.extend_from_slice(b"<D:responsedescription");
        if let Some(tag) = &self.lang {
            out.extend_from_slice(b" xml:lang=\"");
            push_attribute(out, tag, illegal_chars);
            out.push(b'"');
        }
        out.push(b'>');
        push_text(out, &self.text, illegal_chars);
        out.extend_from_slice(b"</D:responsedescription>");
    }
}

impl<'a> From<&'a str> for Description<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl<'a> From<&'a String> for Description<'a> {
    fn from(text: &'a String) -> Self {
        Self::new(text)
    }
}

impl From<String> for Description<'_> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<'a> From<Cow<'a, str>> for Description<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::new(text)
    }
}
