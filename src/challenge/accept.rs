//! The `Accept` field, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).

use http::{HeaderMap, HeaderValue, header::ACCEPT};

use crate::challenge::list;

/// How much the caller prefers a media type: by weight, then by how exactly it was named.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Liking {
    weight: u16,
    precision: u8,
}

/// The place of the media type that the caller likes best; of equals, the first one. A caller that
/// names none of them, or says nothing, gets the first of all.
///
/// Each representation has one or more media types. A member of the field that breaks the grammar is
/// ignored, as is one with a parameter: no representation here has any but `charset`.
///
/// # Grammar
///
/// ```text
/// Accept      = [ ( media-range [ weight ] ) *( OWS "," OWS ( media-range [ weight ] ) ) ]
/// media-range = ( "*/*" / ( type "/" "*" ) / ( type "/" subtype ) ) parameters
/// weight      = OWS ";" OWS "q=" qvalue
/// ```
///
/// # Example values
///
/// - `*/*`
/// - `text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8`
/// - `application/problem+json, text/*;q=0.5, text/html;q=0`
pub(super) fn choose<const N: usize>(headers: &HeaderMap, offers: [&[&str]; N]) -> usize {
    let mut likings = [None::<Liking>; N];
    let fields = headers.get_all(ACCEPT).iter().map(HeaderValue::as_bytes);
    for member in fields.flat_map(list::members) {
        let Some((range, weight)) = parse(member) else {
            continue;
        };
        for (offer, liking) in offers.iter().zip(&mut likings) {
            let Some(precision) = precision(range, offer) else {
                continue;
            };
            // The most exact range decides, whatever its weight.
            let is_better = |old: Liking| (old.precision, old.weight) < (precision, weight);
            if liking.is_none_or(is_better) {
                *liking = Some(Liking { weight, precision });
            }
        }
    }
    let mut best = (0, Liking::default());
    for (place, liking) in likings.into_iter().enumerate() {
        match liking {
            Some(liking) if liking.weight > 0 && liking > best.1 => best = (place, liking),
            _ => {}
        }
    }
    best.0
}

/// The range and its weight; `None` if it is malformed or asks for parameters.
fn parse(member: &[u8]) -> Option<(&str, u16)> {
    let mut parts = list::parts(member, b';').map(std::str::from_utf8);
    let range = parts.next()?.ok()?;
    let mut weight = 1000;
    for parameter in parts {
        match parameter.ok()?.split_once('=')? {
            // What follows a weight was once an extension, and has no meaning now.
            ("q" | "Q", value) => {
                weight = list::weight(value)?;
                break;
            }
            (name, value) if name.eq_ignore_ascii_case("charset") => {
                let value = value.trim_matches('"');
                value.eq_ignore_ascii_case("utf-8").then_some(())?;
            }
            _ => return None,
        }
    }
    Some((range, weight))
}

/// How exactly a range names a representation; `None` if it does not match. A wildcard matches only
/// the first name, under which the representation is sent.
fn precision(range: &str, names: &[&str]) -> Option<u8> {
    if range == "*/*" {
        return Some(0);
    }
    if names.iter().any(|name| range.eq_ignore_ascii_case(name)) {
        return Some(2);
    }
    let family = range.strip_suffix("/*")?;
    let (of_name, _) = names.first()?.split_once('/')?;
    family.eq_ignore_ascii_case(of_name).then_some(1)
}
