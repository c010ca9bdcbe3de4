//! The header field `Idempotency-Key`.

use std::{error::Error, fmt, sync::Arc};

use http::{HeaderMap, HeaderName};

/// The `Idempotency-Key` of a request: a name that its client has given it, so that it can be sent again.
///
/// [draft-ietf-httpapi-idempotency-key-header-07](https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.txt)
///
/// # Grammar
///
/// ```text
/// Idempotency-Key = sf-string ; RFC 8941, section 3.3.3
/// ```
///
/// A value without quotes is taken as it is, since many clients send none; it holds visible
/// characters of ASCII, but no quotes, commas and semicolons. A key has 1 to 255 characters.
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
/// assert_eq!(IdempotencyKey::from_headers(&headers)?, None);
///
/// headers.insert("idempotency-key", HeaderValue::from_static(r#""order-7""#));
/// let key = IdempotencyKey::from_headers(&headers)?.expect("a key");
/// assert_eq!(key.as_str(), "order-7");
/// # Ok::<_, statuary::idempotency::InvalidIdempotencyKey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Arc<str>);

/// The error of an `Idempotency-Key` that does not follow its grammar.
///
/// It does not repeat what the field was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidIdempotencyKey(());

/// The name of the field.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// So many characters a key may have.
const LONGEST: usize = 255;

// === impl IdempotencyKey ===

impl IdempotencyKey {
    /// The key of a request, if it has one.
    ///
    /// # Errors
    ///
    /// If the field is there more than once, or its value is no key. The answer is 400.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidIdempotencyKey> {
        let mut lines = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(line) = lines.next() else {
            return Ok(None);
        };
        if lines.next().is_some() {
            return Err(InvalidIdempotencyKey(()));
        }
        let value = line.to_str().map_err(|_| InvalidIdempotencyKey(()))?;
        let value = value.trim_matches([' ', '\t']);
        let key = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => value.bytes().all(is_bare).then(|| value.to_owned()),
        };
        match key {
            Some(key) if (1..=LONGEST).contains(&key.len()) => Ok(Some(Self(key.into()))),
            _ => Err(InvalidIdempotencyKey(())),
        }
    }

    /// The key, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// === impl InvalidIdempotencyKey ===

impl fmt::Display for InvalidIdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the header `idempotency-key` must be there once, a string in double quotes of 1 to \
             {LONGEST} characters"
        )
    }
}

impl Error for InvalidIdempotencyKey {}

// === helpers ===

/// What stands between the quotes, of which the first is gone.
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
