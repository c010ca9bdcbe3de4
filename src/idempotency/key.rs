//! The header field `Idempotency-Key`.

use std::{
    error::Error,
    fmt::{self, Write},
    str::FromStr,
    sync::Arc,
};

use http::{HeaderMap, HeaderName, HeaderValue};

/// The `Idempotency-Key` of a request: a name that its client gives it, so that it can be sent again.
///
/// [draft-ietf-httpapi-idempotency-key-header-07](https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.txt)
///
/// # Grammar
///
/// ```text
/// Idempotency-Key = sf-string ; RFC 8941, section 3.3.3
/// ```
///
/// A value without quotes is taken as it is, since many clients send no quotes; it has visible ASCII
/// characters other than quotes, commas, semicolons and backslashes. A key has 1 to 255 characters.
///
/// # Example values
///
/// * `"8e03978e-40d5-43dd-bc93-6894a57f9324"`
/// * `8e03978e-40d5-43dd-bc93-6894a57f9324`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::idempotency::IdempotencyKey;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(IdempotencyKey::optional_from_headers(&headers)?, None);
///
/// headers.insert("idempotency-key", HeaderValue::from_static(r#""order-7""#));
/// let key = IdempotencyKey::optional_from_headers(&headers)?.expect("a key");
/// assert_eq!(key.as_str(), "order-7");
///
/// // A key from a client, or from a store.
/// assert_eq!(IdempotencyKey::new("order-7")?.to_header_value(), r#""order-7""#);
/// # Ok::<_, statuary::idempotency::InvalidIdempotencyKey>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct IdempotencyKey(Arc<str>);

/// The error of an `Idempotency-Key` that does not follow its grammar.
///
/// It does not repeat the value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidIdempotencyKey(());

/// The most characters that a key may have.
const LONGEST: usize = 255;

// === impl IdempotencyKey ===

impl IdempotencyKey {
    /// The name of the field.
    pub const NAME: HeaderName = HeaderName::from_static("idempotency-key");

    /// A key, given without quotes.
    ///
    /// # Errors
    ///
    /// If it is empty, has more than 255 characters, or has one that is not printable ASCII.
    pub fn new(key: impl Into<Arc<str>>) -> Result<Self, InvalidIdempotencyKey> {
        let key = key.into();
        let is_printable = key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        match is_printable && (1..=LONGEST).contains(&key.len()) {
            true => Ok(Self(key)),
            false => Err(InvalidIdempotencyKey(())),
        }
    }

    /// The key of a request, if it has one.
    ///
    /// # Errors
    ///
    /// If the field occurs more than once, or its value is not a key. The answer is 400.
    pub fn optional_from_headers(
        headers: &HeaderMap,
    ) -> Result<Option<Self>, InvalidIdempotencyKey> {
        let mut lines = headers.get_all(Self::NAME).iter();
        let Some(line) = lines.next() else {
            return Ok(None);
        };
        if lines.next().is_some() {
            return Err(InvalidIdempotencyKey(()));
        }
        let value = line.to_str().map_err(|_| InvalidIdempotencyKey(()))?;
        value.parse().map(Some)
    }

    /// The key, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of the field.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        // A key is printable ASCII.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("\"\""))
    }
}

/// Parses the value of the field, with or without quotes.
impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(value: &str) -> Result<Self, InvalidIdempotencyKey> {
        let value = value.trim_matches([' ', '\t']);
        let key = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => value.bytes().all(is_bare).then(|| value.to_owned()),
        };
        Self::new(key.ok_or(InvalidIdempotencyKey(()))?)
    }
}

/// Writes the value of the field, in quotes.
impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for letter in self.0.chars() {
            if matches!(letter, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(letter)?;
        }
        f.write_char('"')
    }
}

// === impl InvalidIdempotencyKey ===

impl fmt::Display for InvalidIdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an idempotency key is a string of 1 to {LONGEST} characters of printable ASCII, once in the \
             header `idempotency-key`, with or without double quotes"
        )
    }
}

impl Error for InvalidIdempotencyKey {}

// === helpers ===

/// The content of a quoted string, without its opening quote.
fn unquote(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut letters = quoted.chars();
    loop {
        match letters.next()? {
            '"' => return letters.as_str().is_empty().then_some(text),
            '\\' => match letters.next()? {
                letter @ ('"' | '\\') => text.push(letter),
                _ => return None,
            },
            letter @ ' '..='~' => text.push(letter),
            _ => return None,
        }
    }
}

const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}
