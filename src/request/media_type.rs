//! The media type of a body.

use http::{HeaderMap, header::CONTENT_TYPE};

use super::Rejection;

/// Checks that a body is declared as XML.
///
/// `application/xml`, `text/xml` and every type that ends with `+xml` are accepted, as in
/// [RFC 4918, section 8.2](https://www.rfc-editor.org/rfc/rfc4918#section-8.2) and
/// [RFC 7303](https://www.rfc-editor.org/rfc/rfc7303); so is a body without a media type, since
/// some clients omit it. A `charset` has to be UTF-8, US-ASCII or UTF-16.
///
/// # Errors
///
/// When the media type or its `charset` is not accepted: 415.
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
/// use statuary::request::check_media_type;
///
/// let mut headers = HeaderMap::new();
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=\"utf-8\""));
/// assert!(check_media_type(&headers).is_ok());
///
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
/// let rejection = check_media_type(&headers).unwrap_err();
/// assert_eq!(rejection.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
/// ```
pub fn check_media_type(headers: &HeaderMap) -> Result<(), Rejection> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let mut parts = value
        .to_str()
        .map_err(|_| Rejection::media_type())?
        .split(';')
        .map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !is_xml(&media_type) {
        return Err(Rejection::media_type());
    }
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        if name.trim().eq_ignore_ascii_case("charset") && !is_charset_read(value) {
            return Err(Rejection::charset());
        }
    }
    Ok(())
}

// === helpers ===

fn is_xml(media_type: &str) -> bool {
    matches!(media_type, "application/xml" | "text/xml")
        || media_type
            .split_once('/')
            .is_some_and(|(_, subtype)| subtype.ends_with("+xml"))
}

fn is_charset_read(value: &str) -> bool {
    let charset = value.trim().trim_matches('"').to_ascii_lowercase();
    matches!(
        &*charset,
        "utf-8" | "utf8" | "us-ascii" | "ascii" | "utf-16" | "utf-16le" | "utf-16be"
    )
}
