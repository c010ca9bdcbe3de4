//! What a 402 of this crate must look like.

use http::{HeaderMap, HeaderName, Response, StatusCode, header};

use crate::subscription::Denial;

/// Asserts that a response is a paywall's 402: that it has the status, is `no-store`, varies on
/// `Accept`, and carries a denial, which is returned.
///
/// # Panics
///
/// If it is not. The message says what was found instead, and where.
#[track_caller]
pub fn assert_payment_required<B>(response: &Response<B>) -> &Denial {
    let status = response.status();
    assert!(
        status == StatusCode::PAYMENT_REQUIRED,
        "expected 402 Payment Required, the response is {status}{}",
        hint(status),
    );
    let headers = response.headers();
    let cache_control = text(headers, header::CACHE_CONTROL);
    assert!(
        lists(&cache_control, "no-store"),
        "expected `no-store` in the `Cache-Control` of a 402, it is {cache_control:?}",
    );
    let vary = text(headers, header::VARY);
    assert!(
        lists(&vary, "accept"),
        "expected `Accept` in the `Vary` of a 402, it is {vary:?}",
    );
    let Some(denial) = response.extensions().get() else {
        panic!("no denial in the extensions of the 402: it is not a paywall's");
    };
    denial
}

// === helpers ===

/// Where to look first.
fn hint(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => ": the check's `subject` does not know the caller",
        StatusCode::TOO_MANY_REQUESTS => ": the check has denied it with that status",
        StatusCode::FORBIDDEN => ": the check has denied it as forbidden",
        StatusCode::SERVICE_UNAVAILABLE => ": the check has failed, or was late",
        _ if status.is_success() => ": the check has admitted it, or no paywall stands before it",
        _ => "",
    }
}

fn lists(field: &str, word: &str) -> bool {
    let mut words = field.split(',').map(str::trim);
    words.any(|listed| listed.eq_ignore_ascii_case(word))
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    let lines = headers.get_all(name).iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    lines.join(", ")
}
