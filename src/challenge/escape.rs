//! Text from elsewhere, escaped for a document.

use std::fmt::{self, Write};

/// A text as the content of an element or the value of an attribute, in XML and in HTML.
///
/// Characters that XML 1.0 cannot hold become U+FFFD.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markup<'a>(pub(super) &'a str);

/// A text for a terminal, without control characters other than line feeds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printable<'a>(pub(super) &'a str);

// === impl Markup ===

impl fmt::Display for Markup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;"),
                '<' => f.write_str("&lt;"),
                '>' => f.write_str("&gt;"),
                '"' => f.write_str("&quot;"),
                '\'' => f.write_str("&#39;"),
                // A bare one would be read back as a line feed.
                '\r' => f.write_str("&#13;"),
                '\t' | '\n' => f.write_char(letter),
                '\0'..' ' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => {
                    f.write_char(char::REPLACEMENT_CHARACTER)
                }
                letter => f.write_char(letter),
            }?;
        }
        Ok(())
    }
}

// === impl Printable ===

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            f.write_char(match letter {
                '\n' => '\n',
                letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
                letter => letter,
            })?;
        }
        Ok(())
    }
}
