//! The `Link` field, [RFC 8288](https://www.rfc-editor.org/rfc/rfc8288#section-3).

use http::HeaderValue;

use crate::subscription::Remedy;

/// All links in one field, in the order given; `None` if there are none.
pub(crate) fn header(links: &[(Remedy, &str)]) -> Option<HeaderValue> {
    let links: Vec<_> = links
        .iter()
        .map(|&(remedy, url)| {
            format!(
                r#"<{url}>; rel="{}"; title="{}""#,
                relation(remedy),
                remedy.title()
            )
        })
        .collect();
    if links.is_empty() {
        return None;
    }
    HeaderValue::try_from(links.join(", ")).ok()
}

/// The registered relation type. `payment` is for a page that takes payments, which the billing
/// status need not be.
const fn relation(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "related",
        Remedy::TopUp | Remedy::UpdatePaymentMethod | Remedy::Upgrade => "payment",
    }
}
